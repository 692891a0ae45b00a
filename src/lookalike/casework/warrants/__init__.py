"""What goes to court: warrant requests, packets and their delivery, and past cases."""
