"""What the receivers must hold, computed from the journal by a second hand, and the comparison with what they do hold.

Nothing here shares code with the station's statistics: agreement means something because it was reached twice.
"""
