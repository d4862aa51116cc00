"""Beside the data, never changing it: findings, marks, rates, what is due."""
