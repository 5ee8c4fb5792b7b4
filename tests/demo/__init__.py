"""The demonstration: the whole program, and sample enquiries sent to it through its real doors."""
