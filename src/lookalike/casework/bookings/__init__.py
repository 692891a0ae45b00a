"""The gallery desk: bookings that come in, their photographs and status, and the health of the gallery."""
