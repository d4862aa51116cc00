"""The root of every error the unit raises on purpose.

The tree, with the layer that owns each branch and an example of when it is raised::

    DauError
    ├── hj212.ProtocolError        the wire format
    │   ├── hj212.LocalError       we were about to send something the standard forbids
    │   └── hj212.RemoteError      the bytes received break the standard
    ├── config.ConfigError         a settings file that cannot be used: unknown key, wrong type, overlapping points
    ├── config.DriverError         the driver an instrument names cannot be used
    │   ├── config.DriverUnknown       no driver has that name
    │   ├── config.DriverBroken        it cannot be imported here
    │   └── config.DriverIncomplete    it lacks a part of the contract
    ├── link.LinkError             bytes cannot travel
    │   ├── link.PortMissing       /dev/ttyUSB0 is not there (adapter unplugged)
    │   ├── link.PortBusy          another program holds the port
    │   ├── link.LinkRefused       nobody listens at the address, or no route to it
    │   └── link.LinkLost          an open link broke
    ├── core.InstrumentError       an instrument did not give what was asked
    │   ├── core.NoReply           nothing believable within the time-out
    │   ├── core.Refused           the instrument answered that it will not (Modbus exception)
    │   ├── core.CannotDo          the instrument, as it is configured, has no such errand
    │   └── core.InstrumentBusy    it is occupied, or too many errands wait for its bus
    ├── core.UnitsDiffer           a number in mg/L was wanted in degC
    ├── cipher.KeyFormError        a text is no SM4 key
    ├── runtime.ClockRefused       the clock of the machine may not be set
    ├── uplink.Failed              a command of a platform could not be carried out: the code it gets, and why
    ├── uplink.NotTaken            a platform answered other records and this one not
    ├── receiver.BadLine           a line through the door of the receiver is no order
    └── database.StoreError        the database cannot be used
        ├── database.DatabaseNewer     written by a newer program: never touched
        ├── database.DatabaseDamaged   SQLite calls the file malformed, or it is no database
        └── database.DiskFull          nothing can be written now; what waits stays in memory and is tried again

Anything else that escapes is a bug in the unit, and is logged with its traceback.
"""


class DauError(Exception):
    """An expected failure, with a message fit for the person who must act on it."""
