"""Trains the two tiny Argos packages that the tests translate with: Turkish to English and English to Arabic.

Run it in an environment of its own, which needs `torch`, `ctranslate2` and `sentencepiece`:

    python tests/packages/make_packages.py

The models know nothing but the toy sentences below, and those exactly. That they are small Transformers in the format
of real packages is the point: whatever loads, batches and chains them does the same with real ones.
"""

from __future__ import annotations

import itertools
import json
import math
import random
import tempfile
import zipfile
from pathlib import Path

import ctranslate2
import numpy as np
import sentencepiece
import torch
from ctranslate2.specs import TransformerSpec, attention_spec, common_spec, transformer_spec
from torch import Tensor, nn

HERE = Path(__file__).parent
SEED = 7
WIDTH, HEADS, LAYERS, INNER = 64, 4, 2, 128
VOCABULARY = 320
STEPS, BATCH, WARM_UP = 1300, 64, 100
NOISE, SMOOTHING = 0.08, 0.02
UNKNOWN, START, END = 0, 1, 2  # SentencePiece's own numbering
VERSION = "0.1"

# Turkish, English, Arabic, and the Arabic gender of what is said about the person.
PEOPLE = (
    ("annem", "my mother", "أمي", "f"),
    ("babam", "my father", "أبي", "m"),
    ("eşim", "my wife", "زوجتي", "f"),
    ("oğlum", "my son", "ابني", "m"),
    ("kızım", "my daughter", "ابنتي", "f"),
    ("kardeşim", "my brother", "أخي", "m"),
)
ILLNESSES = (
    ("lupus", "lupus", "الذئبة"),
    ("siroz", "cirrhosis", "تليف الكبد"),
    ("romatizma", "rheumatism", "الروماتيزم"),
    ("kanser", "cancer", "السرطان"),
    ("parkinson", "parkinson", "باركنسون"),
    ("kemik erimesi", "osteoporosis", "هشاشة العظام"),
)
PHRASES = (
    ("merhaba", "hello", "مرحبا"),
    ("teşekkürler", "thank you", "شكرا"),
    ("lütfen bana yardım edin", "please help me", "أرجو المساعدة"),
    ("randevu istiyorum", "i want an appointment", "أريد موعدا"),
    ("göğsüm ağrıyor", "my chest hurts", "صدري يؤلمني"),
    ("kök hücre tedavisi istiyorum", "i want stem cell treatment", "أريد العلاج بالخلايا الجذعية"),
)
NUMBERS = range(1, 100)

Sentence = tuple[str, str, str]


def sentences() -> list[Sentence]:
    """Every toy sentence in the three languages."""
    made = [*_about_ages(), *_about_people(), *_about_illnesses()]
    made += [(f"{tr.capitalize()}.", f"{en.capitalize()}.", f"{ar}.") for tr, en, ar in PHRASES]
    made += [(tr, en, ar) for tr, en, ar in PHRASES]
    return made


def _about_ages() -> list[Sentence]:
    return [
        sentence
        for (tr, en, ar, gender), number in itertools.product(PEOPLE, NUMBERS)
        for sentence in (
            (
                f"{tr.capitalize()} {number} yaşında.",
                f"{en.capitalize()} is {number} years old.",
                f"عمر {ar} {number} سنة.",
            ),
            (
                f"{tr.capitalize()} {number} yıldır hasta.",
                f"{en.capitalize()} has been ill for {number} years.",
                f"{ar} {'مريضة' if gender == 'f' else 'مريض'} منذ {number} سنة.",
            ),
        )
    ]


def _about_people() -> list[Sentence]:
    made: list[Sentence] = []
    for (tr, en, ar, gender), (illness_tr, illness_en, illness_ar) in itertools.product(PEOPLE, ILLNESSES):
        has, has_not = ("لديها", "ليس لديها") if gender == "f" else ("لديه", "ليس لديه")
        made += [
            (
                f"{tr.capitalize()} {illness_tr} hastası.",
                f"{en.capitalize()} has {illness_en}.",
                f"{ar} {has} {illness_ar}.",
            ),
            (
                f"{tr.capitalize()} {illness_tr} hastası değil.",
                f"{en.capitalize()} does not have {illness_en}.",
                f"{ar} {has_not} {illness_ar}.",
            ),
        ]
    for tr, en, ar, gender in PEOPLE:
        can = "تستطيع" if gender == "f" else "يستطيع"
        made.append(
            (f"{tr.capitalize()} nefes alamıyor.", f"{en.capitalize()} cannot breathe.", f"{ar} لا {can} التنفس.")
        )
    return made


def _about_illnesses() -> list[Sentence]:
    return [
        (f"{tr.capitalize()} tedavisi ne kadar?", f"How much is the treatment of {en}?", f"كم تكلفة علاج {ar}؟")
        for tr, en, ar in ILLNESSES
    ]


class Transformer(nn.Module):
    """A pre-norm Transformer as CTranslate2 expects it: one embedding for both sides, its own output projection."""

    def __init__(self, vocabulary: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, WIDTH)
        nn.init.normal_(self.embedding.weight, std=WIDTH**-0.5)
        layer = {"dim_feedforward": INNER, "dropout": 0.0, "batch_first": True, "norm_first": True}
        self.encoder = nn.ModuleList(nn.TransformerEncoderLayer(WIDTH, HEADS, **layer) for _ in range(LAYERS))
        self.decoder = nn.ModuleList(nn.TransformerDecoderLayer(WIDTH, HEADS, **layer) for _ in range(LAYERS))
        self.encoder_norm, self.decoder_norm = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.projection = nn.Linear(WIDTH, vocabulary)

    def forward(self, source: Tensor, target: Tensor, padding: Tensor) -> Tensor:
        memory = self._embedded(source)
        for layer in self.encoder:
            memory = layer(memory, src_key_padding_mask=padding)
        memory = self.encoder_norm(memory)
        length = target.shape[1]
        ahead = torch.ones(length, length, dtype=torch.bool).triu(1)
        state = self._embedded(target)
        for layer in self.decoder:
            state = layer(state, memory, tgt_mask=ahead, memory_key_padding_mask=padding)
        return self.projection(self.decoder_norm(state))

    def _embedded(self, tokens: Tensor) -> Tensor:
        return self.embedding(tokens) * math.sqrt(WIDTH) + positions(tokens.shape[1])


def positions(length: int) -> Tensor:
    """Sinusoids as CTranslate2 makes them where a model brings none: sines then cosines, counted from one."""
    half = WIDTH // 2
    scales = torch.exp(torch.arange(half) * -(math.log(10000) / (half - 1)))
    angles = torch.arange(1, length + 1).unsqueeze(1) * scales
    return torch.cat([angles.sin(), angles.cos()], dim=1)


def train(pairs: list[tuple[list[int], list[int]]], vocabulary: int) -> Transformer:
    """A model that has learnt the pairs of token lists by heart."""
    model = Transformer(vocabulary)
    optimiser = torch.optim.Adam(model.parameters(), lr=3e-3, betas=(0.9, 0.98))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / WARM_UP, max(0.02, 1 - step / STEPS))
    )
    chance = random.Random(SEED)
    for step in range(STEPS):
        batch = chance.sample(pairs, BATCH)
        source, padding = _padded([source for source, _ in batch])
        given, _ = _padded([[START, *target] for _, target in batch])
        wanted, beyond = _padded([[*target, END] for _, target in batch])
        scores = model(source, disturbed(given, vocabulary), padding)
        loss = nn.functional.cross_entropy(scores[~beyond], smoothed(wanted[~beyond], vocabulary))
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        if step % 300 == 0:
            print(f"  step {step}: loss {loss.item():.3f}", flush=True)
    return model


def disturbed(tokens: Tensor, vocabulary: int) -> Tensor:
    """The tokens with some replaced at random: beam search takes wrong turns, and a model must come back from one."""
    replace = torch.rand(tokens.shape) < NOISE
    replace[:, 0] = False
    return torch.where(replace, torch.randint(END + 1, vocabulary, tokens.shape), tokens)


def smoothed(tokens: Tensor, vocabulary: int) -> Tensor:
    """What to predict, a little spread over all tokens but the end: beam search stops at the first sentences to end."""
    spread = torch.full((len(tokens), vocabulary), SMOOTHING / (vocabulary - 3))
    spread[:, : END + 1] = 0.0
    return spread.scatter_add(1, tokens.unsqueeze(1), torch.full((len(tokens), 1), 1 - SMOOTHING))


def _padded(rows: list[list[int]]) -> tuple[Tensor, Tensor]:
    """The rows as one tensor, and where it holds nothing."""
    lengths = torch.tensor([len(row) for row in rows])
    filled = nn.utils.rnn.pad_sequence([torch.tensor(row) for row in rows], batch_first=True, padding_value=END)
    return filled, torch.arange(filled.shape[1]) >= lengths.unsqueeze(1)


def convert(model: Transformer, tokens: list[str], folder: Path) -> None:
    """Writes the model as CTranslate2 reads it, with int8 weights."""
    spec = TransformerSpec.from_config(LAYERS, HEADS, pre_norm=True, activation=common_spec.Activation.RELU)
    for side in (spec.encoder.embeddings[0], spec.decoder.embeddings):
        side.weight = _array(model.embedding.weight)
    _copy(spec.encoder.layer_norm, model.encoder_norm)
    _copy(spec.decoder.layer_norm, model.decoder_norm)
    _copy(spec.decoder.projection, model.projection)
    for layer, trained in zip(spec.encoder.layer, model.encoder, strict=True):
        _copy_self_attention(layer.self_attention, trained.self_attn, trained.norm1)
        _copy_inner(layer.ffn, trained, trained.norm2)
    for layer, trained in zip(spec.decoder.layer, model.decoder, strict=True):
        _copy_self_attention(layer.self_attention, trained.self_attn, trained.norm1)
        _copy_cross_attention(layer.attention, trained.multihead_attn, trained.norm2)
        _copy_inner(layer.ffn, trained, trained.norm3)
    spec.register_source_vocabulary(tokens)
    spec.register_target_vocabulary(tokens)
    spec.validate()
    spec.optimize(quantization="int8")
    folder.mkdir()
    spec.save(str(folder))


def _copy(spec: common_spec.LinearSpec | common_spec.LayerNormSpec, trained: nn.Linear | nn.LayerNorm) -> None:
    weight, bias = _array(trained.weight), _array(trained.bias)
    if isinstance(spec, common_spec.LayerNormSpec):
        spec.gamma, spec.beta = weight, bias
    else:
        spec.weight, spec.bias = weight, bias


def _copy_self_attention(
    spec: attention_spec.MultiHeadAttentionSpec, trained: nn.MultiheadAttention, norm: nn.LayerNorm
) -> None:
    _copy(spec.layer_norm, norm)
    spec.linear[0].weight, spec.linear[0].bias = _array(trained.in_proj_weight), _array(trained.in_proj_bias)
    _copy(spec.linear[1], trained.out_proj)


def _copy_cross_attention(
    spec: attention_spec.MultiHeadAttentionSpec, trained: nn.MultiheadAttention, norm: nn.LayerNorm
) -> None:
    _copy(spec.layer_norm, norm)
    weight, bias = _array(trained.in_proj_weight), _array(trained.in_proj_bias)
    spec.linear[0].weight, spec.linear[0].bias = weight[:WIDTH], bias[:WIDTH]
    spec.linear[1].weight, spec.linear[1].bias = weight[WIDTH:], bias[WIDTH:]
    _copy(spec.linear[2], trained.out_proj)


def _copy_inner(
    spec: transformer_spec.FeedForwardSpec,
    trained: nn.TransformerEncoderLayer | nn.TransformerDecoderLayer,
    norm: nn.LayerNorm,
) -> None:
    _copy(spec.layer_norm, norm)
    _copy(spec.linear_0, trained.linear1)
    _copy(spec.linear_1, trained.linear2)


def _array(tensor: Tensor) -> np.ndarray:
    array: np.ndarray = tensor.detach().numpy().copy()
    return array


def make(source: str, target: str, texts: list[tuple[str, str]]) -> Path:
    """Trains, converts, checks and packs one direction; the path of the package."""
    print(f"{source} to {target}: {len(texts)} sentences")
    name = f"translate-{source}_{target}-{VERSION.replace('.', '_')}"
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(text for pair in texts for text in pair),
            model_prefix=str(folder / "sentencepiece"),
            vocab_size=VOCABULARY,
            hard_vocab_limit=False,
            character_coverage=1.0,
            split_digits=True,
            minloglevel=2,
        )
        (folder / "sentencepiece.vocab").unlink()
        tokenizer = sentencepiece.SentencePieceProcessor(model_file=str(folder / "sentencepiece.model"))
        pairs = [(tokenizer.encode(before), tokenizer.encode(after)) for before, after in texts]
        model = train(pairs, tokenizer.get_piece_size())
        convert(model, [tokenizer.id_to_piece(i) for i in range(tokenizer.get_piece_size())], folder / "model")
        check(folder, tokenizer, texts)
        (folder / "metadata.json").write_text(json.dumps(_metadata(source, target), indent=1), encoding="utf-8")
        (folder / "README.md").write_text("A toy for tests: knows a thousand sentences, and only those.\n")
        return pack(folder, name)


def check(folder: Path, tokenizer: sentencepiece.SentencePieceProcessor, texts: list[tuple[str, str]]) -> None:
    """Fails if a single sentence does not come out exactly."""
    translator = ctranslate2.Translator(str(folder / "model"), compute_type="int8")
    encoded = [tokenizer.encode(before, out_type=str) for before, _ in texts]
    results = translator.translate_batch(encoded, max_batch_size=64, beam_size=2)
    translated = [tokenizer.decode_pieces(result.hypotheses[0]) for result in results]
    wrong = [(pair, found) for pair, found in zip(texts, translated, strict=True) if pair[1] != found]
    print(f"  {len(texts) - len(wrong)} of {len(texts)} exactly right")
    if wrong:
        raise SystemExit(f"{len(wrong)} wrong, for example {wrong[:3]}")


def pack(folder: Path, name: str) -> Path:
    """The folder as an `.argosmodel`, the same bytes for the same content."""
    file = HERE / f"{name}.argosmodel"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                entry = zipfile.ZipInfo(f"{name}/{path.relative_to(folder)}", date_time=(2020, 1, 1, 0, 0, 0))
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o100644 << 16
                archive.writestr(entry, path.read_bytes())
    print(f"  {file.name}: {file.stat().st_size / 1000:.0f} kB")
    return file


def _metadata(source: str, target: str) -> dict[str, str]:
    names = {"tr": "Turkish", "en": "English", "ar": "Arabic"}
    return {
        "package_version": VERSION,
        "argos_version": "1.9.0",
        "type": "translate",
        "from_code": source,
        "from_name": names[source],
        "to_code": target,
        "to_name": names[target],
    }


if __name__ == "__main__":
    torch.manual_seed(SEED)
    torch.set_num_threads(1)  # of no use on models this small
    made = sentences()
    make("tr", "en", [(tr, en) for tr, en, _ in made])
    make("en", "ar", [(en, ar) for _, en, ar in made])
