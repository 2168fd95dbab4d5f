"""Small words each language is full of and the others of its script hardly have."""

from __future__ import annotations

_LISTS = {
    "latin": {
        "en": "the of and to that was is for with his on by from at as are were has have had will be it said",
        "tr": "ve bir bu için ile da de olarak olan çok daha sonra kadar gibi ise ancak dedi yaptığı göre",
        "de": "der die das und den von zu mit dem des auf für ist im eine ein nicht als sich auch bei nach",
        "fr": "le la les des et du en une est pour dans que qui sur au par avec pas plus ce il à aux",
        "es": "el la los las de y en que del por con una un para se es al su como más lo",
        "it": "il di che la e per un una del della con non in le dei sono si al gli nel",
        "pt": "o a os as de e do da em um uma que para com não no na dos das por se ao",
        "nl": "de het een van en in is dat op te zijn voor met niet aan er om ook door",
        "pl": "w i na z do nie się to że jest o od po jak za przez dla oraz",
        "sv": "och att som på är av för med den till inte har det om ett i en han de var",
        "no": "og i på som det av til er om med for den ikke at har en å fra han de var",
        "da": "og i at på af til er det med som ikke den har en for om fra han de var",
        "ca": "i el la els les de amb per que del una un en no és dels als ha aquest també",
        "ro": "și de la în a cu pe că nu o un din este pentru să care mai au al fi",
        "cs": "a v na se je že s z do to ve k pro za jsou by i o ale jako",
        "id": "yang dan di untuk dengan ini itu dari pada dalam tidak akan juga ke oleh karena",
    },
    "cyrillic": {
        "ru": "и в на с по что не от для о из как к это за его он до был также при или со",
        "uk": "і в на з що не до та у від для про як за його це він був також або й",
        "bg": "и на в се за да от че не с по са е ще при като до към това",
    },
}
SMALL_WORDS = {
    script: {code: frozenset(words.split()) for code, words in lists.items()} for script, lists in _LISTS.items()
}
# Those of one language alone: relatives like Spanish and Portuguese share half of theirs.
OWN_WORDS = {
    script: {
        code: frozenset(
            word for word in small if not any(word in other for name, other in lists.items() if name != code)
        )
        for code, small in lists.items()
    }
    for script, lists in SMALL_WORDS.items()
}
