"""Tests of a unit and a receiver that are joined: every command of every edition, seen from both ends."""
