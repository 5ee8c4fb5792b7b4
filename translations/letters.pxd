# cython: language_level=3

cdef class Kinds:
    cdef object _kind_of
    cdef unsigned char[::1] _table

    cdef int of(self, Py_UCS4 character) except -1
