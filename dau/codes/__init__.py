"""The code tables of HJ 212 as data: factors, site information, system codes."""
