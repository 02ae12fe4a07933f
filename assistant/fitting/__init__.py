"""Fits what the assistant has learnt: the encoder's adapter, the ranking's weights and the confidence's calibration."""
