"""Kechuang (科创): a city's innovation platforms, from the plan's text to the register and back."""
