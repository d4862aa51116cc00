"""The trade, pure: states, samples, periods, statistics, records. No input or output, no clock, no event loop."""
