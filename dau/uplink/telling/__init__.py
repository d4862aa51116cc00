"""What a record tells, as items of a data area: one module for each shape of telling."""
