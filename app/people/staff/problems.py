"""What staff are refused with. Problem details, and what the pages say."""

from app.kit.errors import Problem


class WrongEntry(Problem):
    """Login and password do not fit together; one sentence for every reason."""

    type = "bad-sign-in"
    status = 401
    title = "Tidak dapat masuk"
    detail = "Nama pengguna atau kata sandi tidak sesuai. Periksa huruf besar dan kecil."


class WrongCode(Problem):
    """The second factor's code is not the one of now, or was used already."""

    type = "bad-code"
    status = 401
    title = "Kode tidak sesuai"
    detail = "Kode tidak sesuai atau sudah dipakai. Tunggu kode berikutnya lalu ketik lagi."


class SlowDown(Problem):
    """Too many wrong tries. What is right is looked at all the same, and enters."""

    type = "slow-down"
    status = 429
    title = "Terlalu banyak percobaan"
    detail = (
        "Terlalu banyak percobaan yang salah untuk akun ini. Tunggu sebentar, lalu ketik dengan "
        "teliti; kata sandi yang benar tetap dapat masuk."
    )
    retry_after_s = 30


class SignInFirst(Problem):
    """No session, one that is over, or a token that ended."""

    type = "sign-in-first"
    status = 401
    title = "Masuk diperlukan"
    detail = "Sesi Anda tidak ada atau sudah berakhir. Masuk kembali dengan akun staf Anda."


class StepFirst(Problem):
    """Something must come first: the code, a password or a second factor of one's own."""

    type = "step-first"
    status = 403
    title = "Satu langkah lagi"
    detail = "Selesaikan dahulu langkah masuk: kode, kata sandi baru, atau faktor kedua."


class ProveFirst(Problem):
    """The act is a dangerous one: the password must have been typed minutes ago."""

    type = "prove-first"
    status = 403
    title = "Pastikan bahwa ini Anda"
    detail = "Tindakan ini penting. Ketik kata sandi Anda sekali lagi, lalu ulangi tindakan ini."


class NotAllowed(Problem):
    """The role does not reach this, or the object is not the visitor's own."""

    type = "not-allowed"
    status = 403
    title = "Tidak berwenang"
    detail = "Akun Anda tidak berwenang untuk ini. Hubungi admin bila seharusnya boleh."


class ForeignRequest(Problem):
    """The request was made by another site's page, or by one whose session is over."""

    type = "foreign-request"
    status = 403
    title = "Permintaan ditolak"
    detail = "Halaman ini sudah lama terbuka atau bukan dari sini. Muat ulang, lalu coba lagi."


class LoginTaken(Problem):
    """An account with this login stands already."""

    type = "login-taken"
    status = 409
    title = "Nama pengguna sudah dipakai"
    detail = "Nama pengguna ini sudah dipakai. Pilih yang lain."


class ChangedMeanwhile(Problem):
    """Somebody else changed the account since it was read."""

    type = "changed-meanwhile"
    status = 409
    title = "Sudah diubah orang lain"
    detail = "Akun ini baru saja diubah orang lain. Muat ulang halaman, lalu ulangi."


class RecordAway(Problem):
    """Postgres is out of reach. An exam that runs goes on without it."""

    type = "record-away"
    status = 503
    title = "Catatan sedang tidak dapat dihubungi"
    detail = "Basis data sedang tidak dapat dihubungi. Ujian tetap berjalan; coba lagi sebentar."
    retry_after_s = 10


class Unfit(Problem):
    """Something that was typed will not do; the sentence says what would."""

    type = "unfit"
    status = 400
    title = "Isian tidak sesuai"
    detail = "Isian tidak sesuai. Periksa kembali."


class WeakPassword(Problem):
    """A password that can be guessed, by the rules or by reckoning."""

    type = "weak-password"
    status = 400
    title = "Kata sandi terlalu mudah ditebak"
    detail = "Kata sandi terlalu mudah ditebak. Pakai empat kata acak atau lebih."
