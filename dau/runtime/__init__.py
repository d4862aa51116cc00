"""What every process of the project needs to live: clock, supervised tasks, health, logs, word to the init system."""
