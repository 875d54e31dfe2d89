"""Questions on the controlling terminal, whatever stdin and stdout are connected to."""
