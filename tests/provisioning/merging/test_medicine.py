from provisioning.merging.medicine import Product, differs

PINEX = Product("active", "N02BE01", "Pinex", "paracetamol", "500 mg")
DIGOXIN = Product("active", "C01AA05", "Digoxin", "digoxin", "62,5 mikrogram")


def test_the_same_medicines_in_another_order_do_not_differ():
    assert not differs([PINEX, DIGOXIN], [DIGOXIN, PINEX])


def test_one_medicine_too_many_on_either_side_differs():
    assert differs([PINEX], [PINEX, DIGOXIN])
    assert differs([PINEX, DIGOXIN], [PINEX])


def test_another_brand_of_one_substance_is_the_same_product():
    pamol = Product("active", "n02be01", "Pamol", None, "500mg")

    assert not differs([PINEX], [pamol])


def test_another_strength_differs():
    weaker = Product("active", "N02BE01", "Pinex", "paracetamol", "250 mg")

    assert differs([PINEX], [weaker])


def test_a_decimal_point_is_a_comma():
    assert not differs([DIGOXIN], [Product("active", "C01AA05", strength="62.5 mikrogram")])


def test_without_a_code_the_first_word_of_a_name_decides():
    assert not differs([PINEX], [Product("active", brand="PINEX 500 mg tabletter")])
    assert not differs([PINEX], [Product("active", generic="Paracetamol")])
    assert differs([PINEX], [Product("active", brand="Panodil")])


def test_a_medicine_nobody_named_differs():
    assert differs([PINEX], [Product("active")])


def test_what_is_not_given_now_is_not_compared():
    assert not differs([PINEX], [PINEX, Product("stopped", brand="Panodil")])
