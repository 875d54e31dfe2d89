"""The agent itself: standard library only; prints nothing, asks nothing."""
