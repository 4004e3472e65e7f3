"""The code on each page can be read by a scanner and holds nothing of a person."""

import subprocess

from appliance.paper.qr import page_codes, wifi_content
from tests.appliance.paper.pages import need


def test_there_is_one_code_per_page():
    codes = page_codes("417-00023", 3)

    assert len(set(codes)) == 3
    assert all(code.startswith("<svg") for code in codes)


def test_code_of_every_printed_page_is_read_back(aase_list, tmp_path):
    need("pdftoppm")
    need("zbarimg")
    (tmp_path / "list.pdf").write_bytes(aase_list.pdf)
    subprocess.run(
        ["pdftoppm", "-r", "150", "-gray", "-png", "list.pdf", "page"], cwd=tmp_path, check=True
    )

    pictures = sorted(path.name for path in tmp_path.glob("page*.png"))
    read = [
        subprocess.run(
            ["zbarimg", "-q", "--raw", name],
            cwd=tmp_path,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()
        for name in pictures
    ]

    assert read == [f"NB1:{aase_list.serial}-{page}" for page in range(1, aase_list.pages + 1)]


def test_a_network_with_odd_characters_cannot_end_its_code_early():
    assert wifi_content('a;b:c"d\\e', "x;;H:true") == r"WIFI:T:WPA;S:a\;b\:c\"d\\e;P:x\;\;H\:true;;"
