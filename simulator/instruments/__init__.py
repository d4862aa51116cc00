"""Instruments of the plant as the station meets them: Modbus slaves on real ports, able to misbehave."""
