# cython: language_level=3, wraparound=False
"""Cuts a text into the pieces that the statistical model weighs.

Those are its words, their letters and pairs of neighbouring words, which are a language's own; and the ideas that the
words stand for, with pairs of ideas near each other, which are the same in all languages. Pieces are numbered by a hash
(CRC-32 of their UTF-8), those of words first, then ideas, then the signs of a text as a whole; two that share a number
are one to the model.
"""

from cpython cimport array

cdef enum:
    _WORDS = 1 << 18
    _IDEAS = 1 << 17
    _SIGNS = 1 << 14
    NEAR = 5
    FEWEST_LETTERS = 3
    MOST_LETTERS = 5
    MOST_SIGNS = 4
    LONGEST = 40
    FEWEST_SLOTS = 16
    PIECES_OF_A_LETTER = 3
    PIECES_OF_A_WORD = 2

WORDS, IDEAS, SIGNS, BUCKETS = _WORDS, _IDEAS, _SIGNS, _WORDS + _IDEAS + _SIGNS
cdef Py_UCS4 FIRST_SIGN = 0x2E80, SPACE = " ", FIRST = "<", LAST = ">"
# with what the letters of a piece begin that is a whole word, signs of Chinese
cdef Py_UCS4 WORD = "w", HAN = "h"
cdef str NUMBER = "#"
cdef unsigned long long PRIME = 2_654_435_761
cdef unsigned int START = 0xFFFFFFFF
cdef array.array NUMBERS = array.array("i")
cdef unsigned int[256] CRC


cdef void _fill_crc() noexcept:
    cdef unsigned int byte, bit, state
    for byte in range(256):
        state = byte
        for bit in range(8):
            state = (state >> 1) ^ (0xEDB88320 if state & 1 else 0)
        CRC[byte] = state


_fill_crc()


cdef inline unsigned int _byte(unsigned int state, unsigned int byte) noexcept:
    return CRC[(state ^ byte) & 0xFF] ^ (state >> 8)


cdef inline unsigned int _longer(unsigned int state, Py_UCS4 letter) noexcept:
    """The state of a CRC-32 after the UTF-8 of one letter more."""
    cdef unsigned int point = <unsigned int> letter
    if point < 0x80:
        return _byte(state, point)
    if point < 0x800:
        state = _byte(state, 0xC0 | point >> 6)
    elif point < 0x10000:
        state = _byte(state, 0xE0 | point >> 12)
        state = _byte(state, 0x80 | point >> 6 & 0x3F)
    else:
        state = _byte(state, 0xF0 | point >> 18)
        state = _byte(state, 0x80 | point >> 12 & 0x3F)
        state = _byte(state, 0x80 | point >> 6 & 0x3F)
    return _byte(state, 0x80 | point & 0x3F)


cdef inline Py_ssize_t _number(unsigned int state) noexcept:
    """The piece whose letters a CRC-32 has seen."""
    return ~state & (_WORDS - 1)


cdef class Places:
    """Each piece of a text by its number, with the word where it first stands, in the order in which they were found.

    Of pieces that are given by their numbers, no more is known than that they are there.
    """

    def __init__(self, pieces=()):
        cdef list listed = list(pieces)
        self._make_room(len(listed))
        for piece in listed:
            self._keep(piece, 0)
        self._seen = None

    def __len__(self):
        return self.count

    def __iter__(self):
        return iter(self.pieces[: self.count])

    def items(self):
        """Each piece with its word."""
        return zip(self.pieces[: self.count], self.words[: self.count])

    def with_signs(self, signs):
        """These and the pieces of signs: of what the knowledge tells of the text as a whole, by names of our own."""
        cdef list named = list(signs)
        cdef Places both = Places.__new__(Places)
        cdef Py_ssize_t at
        cdef str name
        both._make_room(self.count + len(named))
        for at in range(self.count):
            both._keep(self.pieces[at], self.words[at])
        for name in named:
            both._keep(_WORDS + _IDEAS + (~_after(START, name) & (_SIGNS - 1)), 0)
        both._seen = None
        return both

    cdef int _make_room(self, Py_ssize_t most) except -1:
        cdef Py_ssize_t slots = FEWEST_SLOTS
        while slots < 2 * most:
            slots *= 2
        self.count = 0
        self.pieces = array.clone(NUMBERS, most, zero=False)
        self.words = array.clone(NUMBERS, most, zero=False)
        self._seen = array.clone(NUMBERS, slots, zero=True)
        return 0

    cdef int _keep(self, Py_ssize_t piece, Py_ssize_t word) except -1:
        """Adds a piece that is not there yet; until all are there, `_seen` is a hash table of them, each plus one."""
        cdef Py_ssize_t last = self._seen.shape[0] - 1, slot = piece & last
        while self._seen[slot]:
            if self._seen[slot] == piece + 1:
                return 0
            slot = slot + 1 & last
        self._seen[slot] = <int> piece + 1
        self.pieces[self.count] = <int> piece
        self.words[self.count] = <int> word
        self.count += 1
        return 0


def pieces(words, ideas=(), masked=frozenset()):
    """The pieces of a text and of its ideas, without the words that are masked."""
    cdef list written = words.words, stands = list(ideas)
    cdef Places found = Places.__new__(Places)
    found._make_room(_most(written) + len(stands) * (1 + NEAR))
    _add_words(found, written, masked)
    _add_ideas(found, stands)
    found._seen = None
    return found


cdef Py_ssize_t _most(list written) except -1:
    """No text of these words has more pieces."""
    cdef Py_ssize_t most = 0
    cdef str word
    for word in written:
        if len(word) <= LONGEST:
            most += len(word) * PIECES_OF_A_LETTER + PIECES_OF_A_WORD
    return most


cdef int _add_words(Places found, list written, masked) except -1:
    cdef bint is_masked = bool(masked), is_pair = False
    cdef Py_UCS4[MOST_SIGNS] run
    cdef int signs = 0
    cdef unsigned int before = START
    cdef Py_ssize_t index
    cdef str word
    for index in range(len(written)):
        word = written[index]
        if len(word) > LONGEST or (is_masked and index in masked):
            is_pair, signs = False, 0
        elif len(word) == 1 and word[0] >= FIRST_SIGN:
            signs = _add_sign(found, run, signs, word[0], index)
            is_pair = False
        else:
            if word[0].isdigit():
                word = NUMBER
            _add_word(found, word, index)
            if is_pair:
                found._keep(_number(_after(before, word)), index)
            before = _longer(_after(START, word), SPACE)
            is_pair, signs = True, 0
    return 0


cdef int _add_sign(Places found, Py_UCS4 *run, int signs, Py_UCS4 sign, Py_ssize_t index) except -1:
    """Adds a sign of Chinese with up to three before it, which stand in `run`; how many stand there now."""
    cdef int at, first
    cdef unsigned int state
    if signs == MOST_SIGNS:
        for at in range(1, MOST_SIGNS):
            run[at - 1] = run[at]
        signs -= 1
    run[signs] = sign
    for first in range(signs, -1, -1):
        state = _longer(START, HAN)
        for at in range(first, signs + 1):
            state = _longer(state, run[at])
        found._keep(_number(state), index)
    return signs + 1


cdef int _add_word(Places found, str word, Py_ssize_t index) except -1:
    """Adds a word as a whole, and each few letters of it; its beginning and end are letters, too."""
    cdef Py_UCS4[LONGEST + 2] letters
    cdef unsigned int[LONGEST + 2] states
    cdef int count = 1, length, at
    cdef Py_UCS4 letter
    found._keep(_number(_after(_longer(START, WORD), word)), index)
    letters[0] = FIRST
    for letter in word:
        letters[count] = letter
        count += 1
    letters[count] = LAST
    count += 1
    for at in range(count - 1):
        states[at] = _longer(_longer(START, letters[at]), letters[at + 1])
    for length in range(FEWEST_LETTERS, MOST_LETTERS + 1):
        for at in range(count - length + 1):
            states[at] = _longer(states[at], letters[at + length - 1])
            found._keep(_number(states[at]), index)
    return 0


cdef int _add_ideas(Places found, list stands) except -1:
    """Adds each idea, and each two that are near each other, in either order."""
    cdef int[::1] ideas = array.clone(NUMBERS, len(stands), zero=False)
    cdef int[::1] places = array.clone(NUMBERS, len(stands), zero=False)
    cdef Py_ssize_t at, other
    for at in range(len(stands)):
        ideas[at], places[at] = stands[at]
    for at in range(len(stands)):
        found._keep(_WORDS + ideas[at], places[at])
        for other in range(at + 1, min(at + 1 + NEAR, len(stands))):
            if ideas[at] != ideas[other]:
                found._keep(_pair(min(ideas[at], ideas[other]), max(ideas[at], ideas[other])), places[other])
    return 0


cdef inline Py_ssize_t _pair(int idea, int larger) noexcept:
    return _WORDS + <Py_ssize_t> ((((<unsigned long long> idea << 10) + larger) * PRIME >> 8) % _IDEAS)


cdef unsigned int _after(unsigned int state, str letters) noexcept:
    """The state of a CRC-32 after some letters more."""
    cdef Py_UCS4 letter
    for letter in letters:
        state = _longer(state, letter)
    return state
