"""What runs inside the Python kernel, in whatever Python the user chose; nothing here imports this program."""
