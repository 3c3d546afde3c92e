// What goroutines cost: a program that is told what to run, and answers with its time and the sum; or, by its
// arguments, a server, or a process whose memory is measured.

package main

import (
	"bufio"
	"fmt"
	"io"
	"math/rand"
	"net"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// The time for which processors have worked for this process, in nanoseconds.
func processorTime() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return usage.Utime.Nano() + usage.Stime.Nano()
}

// Tasks that give way, so many times altogether.
func switches(tasks, resumes uint64) uint64 {
	sums := make(chan uint64, tasks)
	for task := uint64(0); task < tasks; task++ {
		go func() {
			var sum uint64
			for turn := uint64(0); turn < resumes/tasks; turn++ {
				runtime.Gosched()
				sum = sum*3 + turn
			}
			sums <- sum
		}()
	}
	var total uint64
	for task := uint64(0); task < tasks; task++ {
		total += <-sums
	}
	return total
}

func oneByOne(tasks uint64) uint64 {
	results := make(chan uint64)
	var sum uint64
	for number := uint64(0); number < tasks; number++ {
		go func() { results <- number ^ 1 }()
		sum += <-results
	}
	return sum
}

func together(tasks uint64) uint64 {
	results := make([]uint64, tasks)
	var group sync.WaitGroup
	for number := uint64(0); number < tasks; number++ {
		group.Add(1)
		go func() {
			results[number] = number ^ 1
			group.Done()
		}()
	}
	group.Wait()
	var sum uint64
	for _, result := range results {
		sum += result
	}
	return sum
}

func pingPong(items uint64) uint64 {
	pings, pongs := make(chan uint64, 1), make(chan uint64, 1)
	go func() {
		for number := range pings {
			pongs <- number + 1
		}
	}()
	var total uint64
	for number := uint64(0); number < items; number++ {
		pings <- number
		total += <-pongs
	}
	close(pings)
	return total
}

func fanIn(items uint64) uint64 {
	const producers = 8
	numbers := make(chan uint64, 64)
	for producer := 0; producer < producers; producer++ {
		go func() {
			for number := uint64(0); number < items/producers; number++ {
				numbers <- number
			}
		}()
	}
	var total uint64
	for item := uint64(0); item < items; item++ {
		total += <-numbers
	}
	return total
}

// Sets so many timers at a time, and cancels them in random order.
func cancelled(together, timers uint64) uint64 {
	delays, order := rand.New(rand.NewSource(1)), rand.New(rand.NewSource(2)).Perm(int(together))
	set := make([]*time.Timer, together)
	for round := uint64(0); round < timers/together; round++ {
		for index := range set {
			delay := time.Duration(600_000+delays.Int63n(86_400_000)) * time.Millisecond
			set[index] = time.AfterFunc(delay, func() {})
		}
		for _, index := range order {
			set[index].Stop()
		}
	}
	return 0
}

func run(workload string, items uint64) uint64 {
	name, parameter, _ := strings.Cut(workload, "-")
	number, _ := strconv.ParseUint(parameter, 10, 64)
	switch name {
	case "switch":
		return switches(number, items)
	case "one_by_one":
		return oneByOne(items)
	case "together":
		return together(items)
	case "ping_pong":
		return pingPong(items)
	case "fan_in":
		return fanIn(items)
	case "cancelled":
		return cancelled(number, items)
	}
	panic("there is no workload " + workload)
}

func answer() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		workload, size, _ := strings.Cut(lines.Text(), " ")
		items, err := strconv.ParseUint(size, 10, 64)
		if err != nil {
			panic(err)
		}
		runtime.GC()
		start := processorTime()
		sum := run(workload, items)
		fmt.Println(processorTime()-start, sum)
	}
}

func echo(conn net.Conn) {
	defer conn.Close()
	buf := make([]byte, 4096)
	for {
		n, err := conn.Read(buf)
		if err != nil {
			return
		}
		if _, err = conn.Write(buf[:n]); err != nil {
			return
		}
	}
}

// Serves on a free port, which it prints, as long as its input is open.
func serve() {
	go func() {
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	for {
		conn, err := listener.Accept()
		if err != nil {
			panic(err)
		}
		go echo(conn)
	}
}

func resident() uint64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		panic(err)
	}
	for _, line := range strings.Split(string(status), "\n") {
		if kilobytes, found := strings.CutPrefix(line, "VmRSS:"); found {
			number, err := strconv.ParseUint(strings.Fields(kilobytes)[0], 10, 64)
			if err != nil {
				panic(err)
			}
			return number * 1024
		}
	}
	panic("the system does not tell how much is resident")
}

// Prints how much memory so many goroutines take that wait.
func memory(wait string, tasks uint64) {
	items := make(chan uint64)
	before := resident()
	for number := uint64(0); number < tasks; number++ {
		switch wait {
		case "pending":
			go func() { select {} }()
		case "in a sleep":
			go time.Sleep(time.Duration(3_600_000+number*3) * time.Millisecond)
		default:
			go func() { <-items }()
		}
	}
	for turn := 0; turn < 3; turn++ {
		runtime.Gosched()
	}
	fmt.Println(resident() - before)
}

func main() {
	runtime.GOMAXPROCS(1)
	if len(os.Args) == 2 {
		serve()
	} else if len(os.Args) == 4 {
		tasks, err := strconv.ParseUint(os.Args[3], 10, 64)
		if err != nil {
			panic(err)
		}
		memory(os.Args[2], tasks)
	} else {
		answer()
	}
}
