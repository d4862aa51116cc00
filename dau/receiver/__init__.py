"""The other end of the line: takes packets of many units, answers for what is stored safely, tells what is missing."""
