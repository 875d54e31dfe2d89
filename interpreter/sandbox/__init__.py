"""How a kernel's process is confined by the operating system; nothing here reads code."""
