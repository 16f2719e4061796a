"""Values with check digits, and what only looks like them; random numbers, keys and tokens. All drawn from one Random."""
import base64
import binascii
import string
import uuid

ALNUM = string.ascii_letters + string.digits
# Country, letters of the bank's part, digits behind them.
IBAN_SHAPES = (("DE", "", 18), ("FR", "", 23), ("ES", "", 20), ("GB", "LOYD", 14), ("NL", "INGB", 10), ("AT", "", 16))
CARD_RANGES = (("4", 16), ("51", 16), ("54", 16), ("2223", 16), ("37", 15))


def digits(r, count):
    return "".join(r.choice(string.digits) for _ in range(count))


def characters(r, count, alphabet=ALNUM):
    return "".join(r.choice(alphabet) for _ in range(count))


def hexadecimal(r, count):
    return characters(r, count, "0123456789abcdef")


def luhn_digit(body):
    total = 0
    for i, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if i % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def grouped(text, size=4, by=" "):
    return by.join(text[i:i + size] for i in range(0, len(text), size))


def card(r, good=True):
    prefix, length = r.choice(CARD_RANGES)
    body = prefix + digits(r, length - len(prefix) - 1)
    check = luhn_digit(body)
    whole = body + (check if good else str((int(check) + r.randint(1, 9)) % 10))
    by = r.choice(("", " ", "-"))
    return by.join((whole[:4], whole[4:10], whole[10:])) if len(whole) == 15 else grouped(whole, by=by)


def iban(r, good=True):
    country, bank, count = r.choice(IBAN_SHAPES)
    if country == "FR":  # The French part has check digits of its own, which ISO 13616 does not look at.
        count = 23
    part = bank + digits(r, count)
    number = "".join(str(int(c, 36)) for c in part + country + "00")
    check = 98 - int(number) % 97
    if not good:
        check = (check + r.randint(1, 90)) % 97 + 2
        if int("".join(str(int(c, 36)) for c in part + country) + f"{check:02}") % 97 == 1:
            check = (check + 1) % 97
    whole = f"{country}{check:02}{part}"
    return r.choice((whole, grouped(whole)))


def bic(r):
    return characters(r, 4, string.ascii_uppercase) + r.choice(("DE", "FR", "ES", "GB")) + characters(r, 2, string.ascii_uppercase)


def token_with_checksum(r, prefix):
    """GitHub and npm: 30 characters and the CRC-32 of them in base 62."""
    body = characters(r, 30)
    number, check = binascii.crc32(body.encode()), ""
    alphabet = string.digits + string.ascii_uppercase + string.ascii_lowercase
    for _ in range(6):
        number, rest = divmod(number, 62)
        check = alphabet[rest] + check
    return prefix + body + check


def base64_lines(r, count, width=64):
    data = base64.b64encode(r.randbytes(count)).decode()
    return "\n".join(data[i:i + width] for i in range(0, len(data), width))


def jwt(r):
    def part(data):
        return base64.urlsafe_b64encode(data).decode().rstrip("=")
    body = '{"sub":"%s","name":"user%d","iat":%d,"exp":%d}' % (digits(r, 8), r.randint(1, 99), 1700000000, 1900000000)
    return ".".join((part(b'{"alg":"HS256","typ":"JWT"}'), part(body.encode()), part(r.randbytes(32))))


def password(r):
    return r.choice(("Kestrel", "Winter", "Pump", "Mango", "Zephyr", "Copper")) + digits(r, 4) + r.choice("!?#%") + characters(r, 3)


def identifier(r):
    return str(uuid.UUID(int=r.getrandbits(128), version=4))


def tracking(r):
    return r.choice(("1Z" + characters(r, 16, string.digits + string.ascii_uppercase), digits(r, 12), digits(r, 20),
                     characters(r, 2, string.ascii_uppercase) + digits(r, 9) + "DE"))


# ---- secrets, as they stand in the mails of those who run machines

def private_key(r, kind):
    head = {"rsa": "RSA PRIVATE KEY", "ec": "EC PRIVATE KEY", "openssh": "OPENSSH PRIVATE KEY", "pkcs8": "PRIVATE KEY"}[kind]
    return f"-----BEGIN {head}-----\n{base64_lines(r, 600 if kind == 'rsa' else 240)}\n-----END {head}-----"


def secrets(r):
    """(rule, text) of each kind of secret."""
    user, host = r.choice(("svc_orders", "app", "reporting", "root")), r.choice(("db1.hallwick.example", "10.20.0.14", "sql-prod"))
    salt = characters(r, 8)
    return [
        ("secrets.private-key", private_key(r, "rsa")),
        ("secrets.private-key", private_key(r, "openssh")),
        ("secrets.private-key", private_key(r, "ec")),
        ("secrets.private-key", private_key(r, "pkcs8")),
        ("secrets.cloud-key", f"aws_access_key_id = AKIA{characters(r, 16, string.ascii_uppercase + '234567')}\n"
                              f"aws_secret_access_key = {characters(r, 40, ALNUM + '/+')}"),
        ("secrets.cloud-key", f"Google Maps key: AIza{characters(r, 35, ALNUM + '-_')}"),
        ("secrets.cloud-key", "DefaultEndpointsProtocol=https;AccountName=hallwickdata;AccountKey="
                              f"{base64.b64encode(r.randbytes(64)).decode()};EndpointSuffix=core.windows.net"),
        ("secrets.cloud-key", f"export AWS_SECRET_ACCESS_KEY={characters(r, 40, ALNUM + '/+')}"),
        ("secrets.token", f"GitHub: {token_with_checksum(r, 'ghp_')}"),
        ("secrets.token", f"slack bot: xoxb-{digits(r, 12)}-{digits(r, 12)}-{characters(r, 24)}"),
        ("secrets.token", f"STRIPE_KEY=sk_live_{characters(r, 24)}"),
        ("secrets.token", f"//registry.npmjs.org/:_authToken={token_with_checksum(r, 'npm_')}"),
        ("secrets.token", f"gitlab token glpat-{characters(r, 20, ALNUM + '-_')}"),
        ("secrets.token", f"SendGrid SG.{characters(r, 22)}.{characters(r, 43)}"),
        ("secrets.signed-token", f"Authorization: Bearer {jwt(r)}"),
        ("secrets.signed-token", f"token: {jwt(r)}"),
        ("secrets.connection", f"postgres://{user}:{characters(r, 14)}@{host}:5432/orders"),
        ("secrets.connection", f"Server={host};Database=orders;User Id={user};Password={password(r)};"),
        ("secrets.connection", f"mongodb+srv://{user}:{characters(r, 12)}@cluster0.mongo.hallwick.example/prod"),
        ("secrets.connection", f"jdbc:mysql://{host}:3306/crm?user={user}&password={characters(r, 12)}"),
        ("secrets.settings", f"DB_HOST={host}\nDB_USER={user}\nDB_PASSWORD={password(r)}\nSECRET_KEY={characters(r, 50)}\nDEBUG=0"),
        ("secrets.settings", f"spring.datasource.username={user}\nspring.datasource.password={password(r)}\nserver.port=8080"),
        ("secrets.settings", f'import smtplib\n\nhost = "{host}"\npassword = "{password(r)}"\napi_key = "{characters(r, 32)}"\n'),
        ("secrets.settings", f"database:\n  host: {host}\n  username: {user}\n  password: {password(r)}\njwt_secret: {characters(r, 40)}"),
        ("secrets.password-hashes", f"{user}:$6${salt}${characters(r, 86, ALNUM + './')}:19876:0:99999:7:::\n"
                                    f"backup:$6${salt}${characters(r, 86, ALNUM + './')}:19876:0:99999:7:::"),
        ("secrets.password-hashes", f"admin:$2y$10${characters(r, 53, ALNUM + './')}\n{user}:$2y$10${characters(r, 53, ALNUM + './')}"),
    ]
