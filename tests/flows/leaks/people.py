"""Reporters of whom everything is known, all of it made up and found nowhere else."""

import io
import random
from dataclasses import dataclass, field
from itertools import product

from PIL import Image, ImageFilter, TiffImagePlugin

from tests.flows.leaks.finder import Secret

_FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Phan", "Võ", "Đặng", "Bùi", "Đỗ")
_ONSETS = ("Qu", "Th", "Kh", "Ngh", "Tr", "Ph", "Gi", "Nh", "Ch", "Đ")
_RIMES = ("ẫng", "oặc", "ượm", "uỵch", "oẻn", "ẵm", "ịch", "uẩy", "oẹt", "ễu")
_SENTENCES = (
    "Tối nào cũng có người tụ tập sau quán {0}, tôi đi làm ca về đều thấy.",
    "Họ để xe chắn lối vào nhà tôi cạnh lò {1} và dọa con tôi.",
    "Cháu tôi học lớp cô {2} nên tôi không dám nói, xin giữ kín cho tôi.",
)
_DEGREE = TiffImagePlugin.IFDRational


@dataclass(frozen=True)
class Person:
    """One reporter: what they are, what they say, from where, and how much of it they tell."""

    number: int
    name: str
    phone: str
    address: str
    marks: tuple[str, ...]
    words: str
    photo: bytes = field(repr=False)
    latitude: float
    longitude: float
    camera: str
    ip: str
    agent: str
    zalo_id: str = ""

    @property
    def key(self) -> str:
        return f"{self.number:03d}"

    def secrets(self) -> list[Secret]:
        """All that must be found nowhere."""
        known: list[tuple[str, str | bytes]] = [
            ("name", self.name), ("phone", self.phone), ("address", self.address),
            ("ip", self.ip), ("agent", self.agent), ("camera", self.camera),
            ("gps", f"{self.latitude:.6f}"), ("gps", f"{self.longitude:.6f}"),
            ("picture", self.photo),
            *(("words", mark) for mark in self.marks),
        ]  # fmt: skip
        if self.zalo_id:
            known.append(("zalo_id", self.zalo_id))
        return [Secret(self.key, kind, value) for kind, value in known]


def people(count: int, chance: random.Random) -> list[Person]:
    """So many of them, each different in everything."""
    syllables = [onset + rime for onset, rime in product(_ONSETS, _RIMES)]
    pairs = [f"{one} {two}" for one, two in product(syllables, syllables) if one != two]
    marks = chance.sample(pairs, 4 * count)
    return [_person(number, marks[4 * number : 4 * number + 4], chance) for number in range(count)]


def _person(number: int, marks: list[str], chance: random.Random) -> Person:
    given, *others = marks
    latitude, longitude = 10.8 + chance.random() / 5, 106.9 + chance.random() / 5
    camera = f"MAUMAY-{number:03d}{chance.randrange(10**6):06d}"
    return Person(
        number=number,
        name=f"{_FAMILIES[number % len(_FAMILIES)]} Thị {given}",
        phone=f"0900{number:03d}{chance.randrange(1000):03d}",
        address=f"số {number + 301}/{chance.randrange(10, 99)} hẻm {others[0]}",
        marks=tuple(others),
        words=" ".join(_SENTENCES).format(*others),
        photo=_photo(latitude, longitude, camera, chance),
        latitude=latitude,
        longitude=longitude,
        camera=camera,
        ip=f"2001:db8:{number + 4096:x}::{chance.randrange(4096, 65535):x}",
        agent=f"Mozilla/5.0 (Linux; Android 9; {camera}) Chrome/99",
    )


def _photo(latitude: float, longitude: float, camera: str, chance: random.Random) -> bytes:
    """A picture nobody else has, with the place and the camera in its metadata.

    Its noise is drawn too (`Image.effect_noise` knows no seed), so that a seed gives the same run.
    """
    noise = Image.frombytes("L", (96, 72), chance.randbytes(96 * 72))
    picture = noise.filter(ImageFilter.SMOOTH).convert("RGB")
    picture.paste(tuple(chance.randrange(256) for _colour in range(3)), (0, 0, 30, 30))
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Mau", camera
    exif[0x0132] = "2026:12:01 21:37:42"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", _degrees(latitude)
    gps[3], gps[4] = "E", _degrees(longitude)
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=85, exif=exif)
    return written.getvalue()


def _degrees(value: float) -> tuple[TiffImagePlugin.IFDRational, ...]:
    minutes = value % 1 * 60
    return _DEGREE(int(value)), _DEGREE(int(minutes)), _DEGREE(round(minutes % 1 * 60 * 1000), 1000)
