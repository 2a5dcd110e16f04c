"""What workers do: tasks that are handed to an executor, with all that they share."""
