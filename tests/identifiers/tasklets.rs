//! What a tasklet of kiwi's could do.
