#include "policy/patterns/common_words.h"

#include <algorithm>
#include <array>

namespace postern::policy {

namespace {

// English and German, of what names are put together from and sentences begin and end with.
// clang-format off
constexpr auto kCommonWords = std::to_array<std::string_view>({
    "aber", "able", "about", "above", "acht", "act", "after", "again", "age", "ago", "air", "all", "alle", "alles",
    "along", "als", "also", "alt", "alte", "alter", "always", "and", "andere", "any", "apart", "are", "area", "arm",
    "army", "art", "ask", "auch", "auf", "aus", "away", "baby", "back", "bad", "bag", "bahn", "bald", "ball", "band",
    "bank", "bar", "base", "bath", "baum", "bay", "beach", "bean", "bear", "beat", "bed", "bee", "been", "before",
    "behind", "bei", "beide", "bein", "bell", "below", "bench", "berg", "best", "bett", "better", "between", "big",
    "bild", "bill", "bin", "bird", "bis", "bit", "bite", "bitte", "black", "blatt", "blau", "blick", "blood", "blow",
    "blue", "board", "boat", "boden", "body", "bold", "bolt", "bond", "bone", "book", "born", "both", "bottom", "bound",
    "bow", "bowl", "box", "boy", "brain", "branch", "bread", "break", "bridge", "brief", "bright", "bring", "broad",
    "brook", "brot", "brother", "brown", "brush", "buch", "build", "burg", "burn", "bush", "business", "but", "butter",
    "button", "buy", "call", "came", "camp", "can", "candle", "cap", "car", "card", "care", "case", "cast", "castle",
    "cat", "catch", "cell", "central", "chain", "chair", "chance", "change", "chase", "cheap", "check", "child",
    "church", "circle", "city", "class", "clay", "clean", "clear", "click", "climb", "clip", "clock", "close", "cloth",
    "cloud", "club", "coal", "coast", "coat", "code", "cold", "color", "come", "company", "cook", "cool", "copper",
    "copy", "core", "corn", "corner", "cost", "could", "count", "country", "course", "court", "cover", "cow", "craft",
    "cream", "cross", "crown", "cup", "current", "cut", "dach", "daily", "dance", "dank", "dann", "dark", "das", "data",
    "date", "dawn", "day", "days", "deal", "dear", "death", "deep", "deer", "dein", "dem", "den", "denn", "der", "des",
    "desk", "did", "die", "dies", "diese", "dinner", "dirt", "dish", "doch", "does", "dog", "done", "door", "dorf",
    "dort", "double", "down", "draw", "dream", "drei", "dress", "drift", "drink", "drive", "drop", "dry", "duck",
    "durch", "dust", "each", "eagle", "ear", "early", "earth", "east", "easy", "eat", "eben", "edge", "egg", "eight",
    "ein", "eine", "einem", "einen", "einer", "eines", "eis", "either", "else", "end", "ende", "engine", "enough",
    "erst", "erste", "etwas", "euch", "euer", "even", "evening", "ever", "every", "eye", "face", "fact", "fahrt",
    "fair", "fall", "falls", "family", "far", "farbe", "farm", "fast", "father", "feed", "feel", "feet", "feld", "fell",
    "fels", "fenster", "fest", "feuer", "few", "field", "fight", "fill", "film", "final", "find", "fine", "finger",
    "fire", "first", "fisch", "fish", "fit", "five", "flag", "flash", "flat", "flight", "floor", "flow", "flower",
    "flug", "fluss", "fly", "fold", "folk", "food", "fool", "foot", "for", "force", "forest", "fork", "form", "forward",
    "found", "four", "fox", "frage", "frame", "frau", "free", "frei", "freitag", "fresh", "freund", "friend", "frisch",
    "frog", "from", "front", "frost", "fruit", "full", "fun", "game", "ganz", "garden", "garten", "gas", "gate", "gave",
    "gegen", "gelb", "geld", "genau", "gern", "gestern", "get", "gift", "girl", "give", "given", "glas", "glass",
    "gleich", "goal", "god", "going", "gold", "golden", "gone", "good", "got", "grand", "grass", "grau", "grave",
    "gray", "great", "green", "grey", "gross", "ground", "group", "grow", "gruppe", "guard", "guest", "guide", "gun",
    "gut", "gute", "guten", "haar", "haben", "had", "hail", "hair", "halb", "half", "hall", "hals", "hand", "happy",
    "hard", "has", "hat", "haupt", "haus", "have", "hawk", "hay", "head", "hear", "heart", "heat", "heaven", "heavy",
    "heel", "heim", "held", "help", "her", "here", "herr", "herz", "heute", "hier", "high", "hill", "him", "hin", "hip",
    "his", "hit", "hoch", "hof", "hold", "hole", "holiday", "holz", "home", "honey", "hook", "hop", "hope", "horn",
    "horse", "hot", "hour", "house", "how", "hub", "huge", "human", "hund", "hundred", "hunt", "ice", "ich", "idea",
    "ihm", "ihn", "ihr", "ihre", "immer", "inn", "inside", "into", "iron", "island", "ist", "its", "ivory", "jahr",
    "jede", "jeder", "jetzt", "job", "join", "joint", "joy", "jump", "just", "kalt", "kann", "karte", "keen", "keep",
    "kein", "keine", "kept", "key", "kid", "kind", "king", "kirche", "kit", "kitchen", "klar", "klein", "knee", "knife",
    "know", "kommen", "kopf", "kraft", "kreis", "krieg", "kunst", "kurz", "lace", "lady", "lake", "lamp", "land",
    "lane", "lang", "large", "last", "late", "laub", "law", "lay", "lead", "leaf", "lean", "learn", "least", "leather",
    "leave", "leben", "leer", "left", "leg", "lehrer", "leicht", "leider", "lemon", "less", "let", "letter", "level",
    "licht", "lid", "lie", "lieb", "liebe", "lied", "life", "lift", "light", "like", "line", "link", "links", "lion",
    "lip", "list", "little", "live", "load", "lock", "log", "long", "look", "lord", "lose", "lost", "lot", "love",
    "low", "luck", "luft", "lunch", "macht", "made", "mail", "main", "make", "mal", "man", "mann", "many", "map",
    "march", "mark", "market", "markt", "mart", "master", "mat", "match", "may", "meal", "mean", "meat", "meer", "meet",
    "meeting", "mehr", "mein", "meine", "member", "men", "mensch", "met", "mich", "middle", "might", "milch", "mile",
    "milk", "mill", "mind", "mine", "mint", "minute", "mir", "mirror", "miss", "mit", "mittag", "mitte", "mix", "model",
    "moment", "monat", "mond", "money", "montag", "month", "moon", "more", "morgen", "morning", "most", "mother",
    "mountain", "mouth", "move", "much", "mud", "mund", "music", "must", "mut", "nach", "nacht", "nah", "nail", "name",
    "near", "neck", "need", "nein", "nest", "net", "neu", "neue", "neuer", "never", "new", "news", "next", "nice",
    "nicht", "night", "nine", "noch", "non", "noon", "nor", "nord", "north", "nose", "not", "note", "nothing", "now",
    "number", "nun", "nur", "nut", "oak", "oben", "ocean", "oder", "off", "office", "often", "ohne", "oil", "old",
    "once", "one", "only", "onto", "open", "orange", "order", "ort", "ost", "other", "our", "out", "outside", "over",
    "own", "owner", "paar", "pack", "page", "paid", "pain", "paint", "pair", "palm", "pan", "paper", "park", "part",
    "party", "pass", "past", "pat", "path", "pay", "peace", "pen", "people", "pepper", "pet", "piece", "pig", "pile",
    "pin", "pine", "pink", "pipe", "pit", "place", "plain", "plan", "plane", "plant", "plate", "platz", "play",
    "please", "plus", "pocket", "point", "pole", "pool", "poor", "port", "position", "post", "pot", "pound", "power",
    "preis", "present", "press", "price", "print", "proof", "pull", "pump", "push", "put", "quick", "quiet", "quite",
    "race", "rad", "rail", "rain", "ran", "rand", "range", "rate", "raum", "raw", "ray", "reach", "read", "ready",
    "real", "recht", "red", "regen", "reich", "reise", "rest", "rice", "rich", "ride", "right", "ring", "rise", "river",
    "road", "rock", "rod", "room", "root", "rope", "rose", "rot", "rough", "round", "row", "ruhe", "rule", "run",
    "rund", "sache", "safe", "said", "sail", "sale", "salt", "same", "samt", "sand", "sat", "satz", "save", "saw",
    "say", "schiff", "schnee", "schon", "school", "schule", "schutz", "schwarz", "sea", "seal", "seat", "second", "see",
    "seed", "seen", "sehr", "seit", "seite", "self", "sell", "send", "sense", "sent", "set", "seven", "shade", "shadow",
    "shape", "share", "sharp", "she", "sheet", "shell", "shift", "shine", "ship", "shirt", "shoe", "shop", "short",
    "shot", "should", "show", "shut", "sich", "side", "sie", "sign", "silber", "silk", "silver", "simple", "since",
    "sind", "sing", "sister", "sit", "site", "six", "size", "skin", "sky", "sleep", "slide", "slow", "small", "smart",
    "smile", "smith", "smoke", "snake", "snow", "soap", "soft", "sohn", "soil", "some", "sommer", "son", "song",
    "sonne", "soon", "soul", "sound", "south", "space", "spark", "speed", "spell", "spiel", "spirit", "sport", "spot",
    "spring", "square", "stadt", "staff", "stage", "stand", "star", "stark", "start", "state", "station", "statt",
    "stay", "steam", "steel", "stein", "stelle", "step", "stern", "stick", "still", "stock", "stone", "stood", "stop",
    "store", "storm", "story", "straight", "stream", "street", "strom", "strong", "stunde", "sturm", "such", "sugar",
    "suit", "summer", "sun", "sure", "surf", "swan", "sweet", "swift", "swim", "table", "tag", "tail", "take", "tal",
    "talk", "tall", "tank", "tap", "task", "tat", "tea", "team", "teil", "tell", "ten", "tent", "term", "test", "than",
    "thank", "that", "the", "their", "them", "then", "there", "these", "they", "thin", "thing", "things", "think",
    "third", "this", "those", "thought", "thousand", "three", "through", "thunder", "thus", "tide", "tie", "tief",
    "tier", "tight", "till", "time", "times", "tin", "tip", "tisch", "tochter", "tod", "today", "together", "told",
    "ton", "too", "took", "tool", "top", "tor", "total", "touch", "tower", "town", "toy", "track", "trade", "trag",
    "trail", "train", "travel", "tree", "trip", "trouble", "truck", "true", "trust", "try", "turm", "turn", "twelve",
    "two", "type", "und", "under", "unit", "uns", "unser", "unten", "unter", "until", "upon", "use", "used", "user",
    "valley", "value", "vater", "very", "viel", "vier", "view", "village", "vine", "visit", "vogel", "voice", "voll",
    "vom", "von", "vor", "wachs", "wage", "wagen", "wait", "wald", "walk", "wall", "wand", "want", "war", "ward",
    "ware", "warm", "was", "wash", "wasser", "watch", "water", "wave", "wax", "way", "ways", "weather", "web", "week",
    "weg", "weil", "wein", "weiss", "weit", "well", "welt", "wenn", "went", "wer", "were", "werk", "wert", "west",
    "wet", "wetter", "what", "wheel", "when", "where", "which", "while", "white", "who", "whole", "wide", "wie",
    "wieder", "wife", "wild", "will", "win", "wind", "window", "wine", "wing", "winter", "wir", "wird", "wire", "wise",
    "wish", "with", "within", "without", "woche", "wohl", "wolf", "woman", "wood", "wool", "word", "work", "world",
    "wort", "worth", "would", "write", "yard", "year", "years", "yellow", "yes", "yet", "you", "young", "your", "yours",
    "zeit", "zero", "ziel", "zimmer", "zone", "zug", "zum", "zur", "zwei",
});
// clang-format on
static_assert(std::is_sorted(kCommonWords.begin(), kCommonWords.end()));

}  // namespace

bool is_common_word(std::string_view word) {
  return std::binary_search(kCommonWords.begin(), kCommonWords.end(), word);
}

}  // namespace postern::policy
