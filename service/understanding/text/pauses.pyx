# cython: language_level=3, wraparound=False
"""Where a writer would pause: weighs, for each space between two words, the words and ideas around it.

A trait of a space is a number, a hash of a kind of trait and of what it is about (FNV-1a, a letter at a time). Two that
share a number are one to the table, which holds the weight of each: positive speaks for a pause.
"""

from cpython cimport array

ctypedef unsigned long long Bits

cdef enum:
    BITS = 20
    MOST_TRAITS = 64
    FEW_LETTERS = 3
    FAR = 6

TRAITS = 1 << BITS

# the kinds of traits: what they are about
cdef enum:
    ALWAYS = 1
    LEFT
    RIGHT
    LEFT_BUT_ONE
    RIGHT_BUT_ONE
    AROUND
    BEFORE
    BEHIND
    ENDING
    BEGINNING
    ENDING_AND_WORD
    FROM_START
    TO_END
    IDEA

cdef Bits START = 0xCBF29CE484222325
cdef Bits PRIME = 0x100000001B3
cdef Bits SPREAD = 0x9E3779B97F4A7C15
cdef Bits NOTHING = 0
"""Stands for the word before the first one, and for that behind the last."""
cdef str NUMBER = "#"
cdef array.array HASHES = array.array("Q")
cdef array.array NUMBERS = array.array("i")


cdef inline Bits _hash(str letters, Py_ssize_t first, Py_ssize_t end) noexcept:
    cdef Bits state = START
    cdef Py_ssize_t at
    for at in range(first, end):
        state = (state ^ <Bits> letters[at]) * PRIME
    return state


cdef inline Py_ssize_t _trait(int kind, Bits first, Bits second) noexcept:
    """The number of a trait; what it is about is in this order."""
    cdef Bits state = (<Bits> kind * SPREAD ^ first) * PRIME
    state = (state ^ state >> 29 ^ second) * SPREAD
    return <Py_ssize_t> ((state ^ state >> 32) & ((1 << BITS) - 1))


cdef class Spaces:
    """The spaces of a text, each by the word behind it, and their traits; `stands` are its ideas, in their order."""

    cdef Bits[::1] _words
    cdef Bits[::1] _beginnings
    cdef Bits[::1] _endings
    cdef int[::1] _ideas
    cdef int[::1] _first_idea
    cdef Py_ssize_t _count

    def __init__(self, words, stands):
        cdef list written = words.words, told = list(stands)
        cdef Py_ssize_t index, at = 0, letters
        cdef str word
        self._count = len(written)
        self._words = array.clone(HASHES, self._count, zero=False)
        self._beginnings = array.clone(HASHES, self._count, zero=False)
        self._endings = array.clone(HASHES, self._count, zero=False)
        self._ideas = array.clone(NUMBERS, len(told), zero=False)
        self._first_idea = array.clone(NUMBERS, self._count + 1, zero=False)
        for index in range(self._count):
            word = written[index]
            if word[0].isdigit():
                word = NUMBER
            letters = len(word)
            self._words[index] = _hash(word, 0, letters)
            self._beginnings[index] = _hash(word, 0, min(letters, FEW_LETTERS))
            self._endings[index] = _hash(word, max(0, letters - FEW_LETTERS), letters)
            self._first_idea[index] = <int> at
            while at < len(told) and told[at][1] <= index:
                self._ideas[at] = told[at][0]
                at += 1
        self._first_idea[self._count] = <int> at

    def traits(self, Py_ssize_t place):
        """The traits of the space before a word that is not the first."""
        cdef Py_ssize_t[MOST_TRAITS] traits
        cdef int many = self._fill(place, traits)
        return [traits[at] for at in range(many)]

    def likely(self, Py_ssize_t first, Py_ssize_t end, const float[::1] table):
        """Before which words, from the second of a stretch on, a pause is likelier than not."""
        cdef Py_ssize_t[MOST_TRAITS] traits
        cdef Py_ssize_t place
        cdef int at
        cdef double odds
        cdef list found = []
        if table.shape[0] != TRAITS:
            raise ValueError("this is no table of pauses")
        for place in range(first + 1, end):
            odds = 0
            for at in range(self._fill(place, traits)):
                odds += table[traits[at]]
            if odds > 0:
                found.append(place)
        return found

    cdef Bits _word(self, Py_ssize_t place) except? 1:
        return self._words[place] if 0 <= place < self._count else NOTHING

    cdef int _fill(self, Py_ssize_t place, Py_ssize_t *traits) except -1:
        """Writes the traits of the space before a word, and says how many there are."""
        cdef Bits left, right, left_but_one, right_but_one
        cdef int many = 13, side
        cdef Py_ssize_t word, at
        if not 0 < place < self._count:
            raise IndexError("there is no space")
        left, right = self._words[place - 1], self._words[place]
        left_but_one, right_but_one = self._word(place - 2), self._word(place + 1)
        traits[0] = _trait(ALWAYS, 0, 0)
        traits[1] = _trait(LEFT, left, 0)
        traits[2] = _trait(RIGHT, right, 0)
        traits[3] = _trait(LEFT_BUT_ONE, left_but_one, 0)
        traits[4] = _trait(RIGHT_BUT_ONE, right_but_one, 0)
        traits[5] = _trait(AROUND, left, right)
        traits[6] = _trait(BEFORE, left_but_one, left)
        traits[7] = _trait(BEHIND, right, right_but_one)
        traits[8] = _trait(ENDING, self._endings[place - 1], 0)
        traits[9] = _trait(BEGINNING, self._beginnings[place], 0)
        traits[10] = _trait(ENDING_AND_WORD, self._endings[place - 1], right)
        traits[11] = _trait(FROM_START, min(place, FAR), 0)
        traits[12] = _trait(TO_END, min(self._count - place, FAR), 0)
        for side in range(4):
            word = place - 2 + side
            if not 0 <= word < self._count:
                continue
            for at in range(self._first_idea[word], self._first_idea[word + 1]):
                if many == MOST_TRAITS:
                    return many
                traits[many] = _trait(IDEA + side, self._ideas[at], 0)
                many += 1
        return many
