"""The commands of ``dau``: each file is one command and holds no rule of the trade."""
