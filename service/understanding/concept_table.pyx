# cython: language_level=3, wraparound=False
"""The words of all ideas as one table that can be mapped from a file, and the search for them in a text.

A key is a phrase with its language, as `concepts.py` writes it. The table holds no letters: an entry is 64 bits, most
of a key's hash and where its ideas are listed. In a million million look-ups, about one word passes for a key that it is
not. Every access is checked: a file that is not what it should be raises an error, it reads nothing else.
"""

from array import array

from service.understanding.terms.lexicon import prefixes, without_prefixes

ctypedef unsigned long long Bits

cdef enum:
    FORMAT = 1
    HEAD = 4
    NOWHERE = -1
    BEGINNING = 0
    LIST_BITS = 20
    LONGEST = 4
    LONGEST_HAN = 10

CHINESE = "zh"
"""The language that writes no spaces: its keys have none."""
cdef Py_UCS4 SPACE = " "
cdef double FILLED = 0.75
cdef Bits START = 0xCBF29CE484222325
cdef Bits PRIME = 0x100000001B3
cdef Bits SPREAD = 0x9E3779B97F4A7C15


cdef inline Bits _longer(Bits state, Py_UCS4 letter) noexcept:
    """The state of a hash after one letter more (FNV-1a, a letter at a time)."""
    return (state ^ <Bits> letter) * PRIME


cdef inline Bits _hash(Bits state) noexcept:
    """The hash of the letters so far, with every letter's influence on every bit."""
    state = (state ^ (state >> 32)) * SPREAD
    return state ^ (state >> 32)


cdef inline Py_ssize_t _slot(Bits hashed, Py_ssize_t slots) noexcept:
    """Where a hash should lie."""
    return <Py_ssize_t> (((hashed >> 32) * <Bits> slots) >> 32)


cdef inline Bits _kept(Bits hashed) noexcept:
    """The bits of a hash that an entry keeps, in their place."""
    return hashed << LIST_BITS


cdef Bits _state(Bits state, str letters) noexcept:
    for letter in letters:
        state = _longer(state, letter)
    return state


def lay_out(ideas):
    """The table of some keys, each with its ideas: a head, the entries, and the lists of ideas behind their lengths.

    A key without ideas is the beginning of others: where no key begins as a text goes on, nothing longer is looked for.
    """
    lists, places = array("H", [0]), {(): BEGINNING}
    cdef Py_ssize_t slots = <Py_ssize_t> (len(ideas) / FILLED) + 1
    table = array("Q", bytes(8 * (HEAD + slots)))
    cdef Bits[::1] entries = table
    cdef Bits hashed
    cdef Py_ssize_t slot
    for key, listed in ideas.items():
        if listed not in places:
            places[listed] = len(lists)
            lists.extend((len(listed), *listed))
        if places[listed] + 1 >> LIST_BITS:
            raise ValueError("there are too many lists of ideas")
        hashed = _hash(_state(START, key))
        slot = _slot(hashed, slots)
        while entries[HEAD + slot]:
            if _kept(entries[HEAD + slot] >> LIST_BITS) == _kept(hashed):
                raise ValueError(f"“{key}” cannot be told from another key")
            slot = slot + 1 if slot + 1 < slots else 0
        entries[HEAD + slot] = _kept(hashed) | <Bits> (places[listed] + 1)
    entries[0], entries[1], entries[2] = FORMAT, slots, len(lists)
    entries[3] = max(map(len, ideas), default=0)
    lists.extend((0,) * (-len(lists) % 4))
    entries = None
    table.frombytes(lists.tobytes())
    return table


cdef class Concepts:
    """The words of all languages by the ideas that they stand for, laid out by `lay_out`."""

    cdef const Bits[::1] _entries
    cdef const unsigned short[::1] _lists
    cdef Py_ssize_t _longest_key

    def __init__(self, table):
        whole = memoryview(table).cast("B")
        if len(whole) < 8 * HEAD:
            raise ValueError("this is no table of concepts")
        form, slots, listed, self._longest_key = whole[: 8 * HEAD].cast("Q")
        if form != FORMAT or not slots or len(whole) != 8 * (HEAD + slots + (listed + 3) // 4):
            raise ValueError("this is no table of concepts")
        self._entries = whole[8 * HEAD : 8 * (HEAD + slots)].cast("Q")
        self._lists = whole[8 * (HEAD + slots) :].cast("H")

    def of(self, words, str language, masked=frozenset()):
        """The ideas of a text, in its order; within a phrase that stands for one, single words say nothing."""
        cdef list found = [], written = words.words
        cdef Bits state = _state(START, f"{language}\t")
        cdef bint is_spaced = language != CHINESE, is_masked = bool(masked), has_prefixes = bool(prefixes(language))
        cdef Py_ssize_t place = 0, length, idea, at
        while place < len(written):
            length = 1
            if not is_masked or place not in masked:
                at = self._longest(state, written, place, is_spaced, &length)
                if at == NOWHERE and has_prefixes:
                    at = self._without_prefix(state, written[place], language, is_spaced)
                if at != NOWHERE:
                    for idea in range(at + 1, at + 1 + self._lists[at]):
                        found.append((self._lists[idea], place))
            place += length
        return found

    def known(self, words, str language):
        """How many ideas of a text the language has words for."""
        return len({place for _, place in self.of(words, language)})

    cdef Py_ssize_t _without_prefix(self, Bits state, str word, str language, bint is_spaced) except -2:
        """Where the ideas of what is left of a word without its prefix are listed, if it stands for any."""
        cdef Py_ssize_t at, length
        for bare in without_prefixes(word, language):
            at = self._longest(state, [bare], 0, is_spaced, &length)
            if at != NOWHERE:
                return at
        return NOWHERE

    cdef Py_ssize_t _longest(
        self, Bits state, list written, Py_ssize_t first, bint is_spaced, Py_ssize_t *length
    ) except -2:
        """Where the ideas of the longest phrase are listed that begins at a word; how many words it touches."""
        cdef Py_ssize_t best = NOWHERE, letters = self._longest_key, at, place
        cdef Py_ssize_t end = min(len(written), first + (LONGEST if is_spaced else LONGEST_HAN))
        cdef str word
        for place in range(first, end):
            word = written[place]
            at = NOWHERE
            for letter in word:
                if not letters:
                    return best
                letters -= 1
                state = _longer(state, letter)
                at = self._find(state)
                if at > BEGINNING:
                    best, length[0] = at, place + 1 - first
            if is_spaced:
                state = _longer(state, SPACE)
                at = self._find(state)
                if at > BEGINNING:
                    best, length[0] = at, place + 1 - first
            if at == NOWHERE:
                break
        return best

    cdef Py_ssize_t _find(self, Bits state) except -2:
        """Where the ideas of a key are listed."""
        cdef Bits hashed = _hash(state), kept = _kept(hashed), entry
        cdef Py_ssize_t slots = self._entries.shape[0], slot = _slot(hashed, slots), tried
        for tried in range(slots):
            entry = self._entries[slot]
            if not entry:
                return NOWHERE
            if _kept(entry >> LIST_BITS) == kept:
                return <Py_ssize_t> (entry & ((1 << LIST_BITS) - 1)) - 1
            slot = slot + 1 if slot + 1 < slots else 0
        return NOWHERE
