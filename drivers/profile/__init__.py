"""What every profile says, whatever the protocol: points, states, commands, golden frames (docs/profiles.md)."""
