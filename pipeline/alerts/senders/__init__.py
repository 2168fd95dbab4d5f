"""One sender for each kind of channel. Each takes one message to one receiver, or raises DeliveryError."""
