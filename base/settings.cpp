#include "base/settings.h"

#include <array>

namespace postern {

namespace {

constexpr std::int64_t kSecond = 1000;
constexpr std::int64_t kDay = 86'400 * kSecond;
constexpr std::int64_t kMiB = 1 << 20;

constexpr std::array kTable = {
    OptionRow{"milter.listen", OptionType::list, "unix:/run/postern/milter.sock",
              "Sockets that the MTA connects to: unix:/path, inet:port@host or inet6:port@host."},
    OptionRow{"milter.socket_mode", OptionType::text, "0660", "File mode of unix sockets, octal."},
    OptionRow{"milter.socket_group", OptionType::text, "",
              "Group of unix sockets, such as postfix. Empty: the group of the daemon."},
    OptionRow{"milter.max_in_flight", OptionType::integer, "256",
              "Messages being received or judged at once. More are answered 451 4.3.2, and the MTA tries again.", 1,
              100'000},
    OptionRow{"milter.judge_threads", OptionType::integer, "0",
              "Threads that judge messages: they wait for readers and the store more than they compute. 0: 16.", 0,
              1024},
    OptionRow{"milter.max_message", OptionType::size, "128MiB",
              "Messages past this size are judged as `limit`: rules can act on them, and a held copy is whole.", kMiB,
              4096 * kMiB},
    OptionRow{"milter.idle_timeout", OptionType::duration, "600s",
              "A connection on which the MTA says nothing for so long is closed. Postfix keeps idle ones for 300 s.",
              10 * kSecond, kDay},
    OptionRow{"milter.progress_interval", OptionType::duration, "10s",
              "How often a long judgement tells the MTA that it goes on.", kSecond, 120 * kSecond},
    OptionRow{"milter.drain_timeout", OptionType::duration, "60s",
              "How long a stop waits for messages in flight before their connections are closed.", 0, 3600 * kSecond},
    OptionRow{"gate.deadline", OptionType::duration, "30s",
              "Every message is answered within this time; what is not read by then is `timeout`.", kSecond,
              240 * kSecond},
    OptionRow{"gate.on_error", OptionType::choice, "tempfail",
              "What becomes of a message when the gate itself fails: the MTA tries again later (tempfail), delivers it "
              "unread (accept; counted, and warned of at each start), or puts it into its own hold queue (quarantine).",
              0, 0, "tempfail accept quarantine"},
    OptionRow{"gate.inside_networks", OptionType::list, "127.0.0.0/8, ::1/128",
              "Networks whose clients send outbound mail: address/prefix."},
    OptionRow{"gate.trusted_relays", OptionType::list, "",
              "Networks of mail servers that say who sends: their envelope sender, or whom gate.relay_field names, is "
              "taken for an authenticated person. Only servers that authenticate their clients belong here."},
    OptionRow{"gate.relay_field", OptionType::text, "X-Postern-Authenticated",
              "Header field in which a trusted relay names the login or address that it authenticated. Taken away from "
              "every message, and believed from trusted relays alone."},
    OptionRow{"gate.login_domain", OptionType::text, "",
              "Domain of logins that have none. Empty: the first domain of the organisation."},
    OptionRow{"gate.login_map", OptionType::text, "",
              "File that maps logins to addresses, a line each: LOGIN ADDRESS [further own address ...], or @REALM "
              "@DOMAIN."},
    OptionRow{
        "gate.sender_logins", OptionType::text, "",
        "File that says who may write as a mailbox, in the form of Postfix's smtpd_sender_login_maps: MAILBOX LOGIN "
        "[LOGIN ...], or @DOMAIN LOGIN. Exemptions hold for no other mail in another's name."},
    OptionRow{"gate.system_owners", OptionType::text, "",
              "File that says who answers for automatic senders: MAILBOX ADDRESS [ADDRESS ...]. Without an owner their "
              "notices go to the liaison."},
    OptionRow{"gate.spool_dir", OptionType::text, "/var/lib/postern/spool",
              "Where messages past 16 MiB are kept, unlinked, while they are judged."},
    OptionRow{"policy.dir", OptionType::text, "/etc/postern/policy", "The company's policy."},
    OptionRow{"policy.packs_dir", OptionType::text, "/usr/share/postern/policies", "The shipped packs and catalogues."},
    OptionRow{"policy.cache_dir", OptionType::text, "/var/lib/postern/cache",
              "Where compiled policies are kept for the next start, sealed with a key of this installation. Empty: "
              "nowhere."},
    OptionRow{"policy.compile_memory", OptionType::size, "2GiB",
              "Address space of the process that compiles a policy; a policy that needs more is not taken.", 64 * kMiB,
              64 * 1024 * kMiB},
    OptionRow{"policy.compile_time", OptionType::duration, "120s",
              "How long a policy may compile; one that takes longer is not taken.", kSecond, 3600 * kSecond},
    OptionRow{
        "policy.pattern_time", OptionType::duration, "2s",
        "Processor time that one regex may take in one message. What it would find in the rest is not known: those "
        "parts count as `limit`.",
        10, 60 * kSecond},
    OptionRow{"extract.worker", OptionType::text, "/usr/lib/postern/postern-extract", "The sandboxed reader."},
    OptionRow{"extract.workers", OptionType::integer, "0",
              "Readers kept ready. 0: the number of processors, at least 2.", 0, 256},
    OptionRow{"extract.recycle_after", OptionType::integer, "5000",
              "Messages that one reader serves before it is replaced. One with documents counts for five.", 1,
              1'000'000},
    OptionRow{"extract.worker_memory", OptionType::size, "512MiB", "Address space of one reader.", 128 * kMiB,
              16384 * kMiB},
    OptionRow{"extract.max_bytes", OptionType::size, "512MiB",
              "Unpacked bytes of all parts of one message, at every depth.", kMiB, 16384 * kMiB},
    OptionRow{"extract.max_part_bytes", OptionType::size, "128MiB", "Unpacked bytes of one part.", kMiB, 4096 * kMiB},
    OptionRow{"extract.max_text_bytes", OptionType::size, "64MiB", "Text taken from one message.", 65536, 1024 * kMiB},
    OptionRow{"extract.max_parts", OptionType::integer, "20000", "Parts of one message, at every depth.", 1, 131'072},
    OptionRow{"extract.max_depth", OptionType::integer, "12",
              "Containers inside containers, and multiparts inside those of one mail.", 1, 64},
    OptionRow{"extract.max_ratio", OptionType::integer, "200",
              "Unpacked bytes per packed byte past the first 32 MiB of a container; bytes of parts, and of text, per "
              "byte of a message past the first 160 MiB and 12 MiB.",
              10, 100'000},
    OptionRow{"extract.max_time", OptionType::duration, "20s", "Time for reading one message.", 100, 240 * kSecond},
    OptionRow{"extract.max_cpu", OptionType::duration, "10s", "CPU time for reading one message.", kSecond,
              240 * kSecond},
    OptionRow{
        "extract.ocr", OptionType::boolean, "false",
        "Read the letters in pictures and in scanned pages of PDFs, by Tesseract. A page of text takes one to three "
        "seconds of a processor."},
    OptionRow{"extract.ocr_languages", OptionType::text, "eng",
              "Names of Tesseract's data joined by '+', such as eng+deu: packages tesseract-ocr-NAME."},
    OptionRow{"store.url", OptionType::text, "sqlite:///var/lib/postern/postern.db",
              "Where incidents and held mail are kept."},
    OptionRow{
        "store.key_file", OptionType::text, "/var/lib/postern/master.key",
        "Seals held messages and signs releases. Made by `postern setup keys`; without it held mail cannot be read."},
    OptionRow{"notice.from", OptionType::text, "Mail Gate <postern@localhost>",
              "From of notices: an address of the organisation."},
    OptionRow{"notice.smtp", OptionType::text, "127.0.0.1:25", "Host and port that take notices."},
    OptionRow{"notice.hello", OptionType::text, "localhost", "The name that the courier gives in EHLO."},
    OptionRow{"notice.language", OptionType::text, "en", "Language of notices when nothing better is known."},
    OptionRow{"notice.max_per_rule", OptionType::integer, "5",
              "Notices about one sender and one rule in an hour; what is over it is recorded and not sent.", 1, 1000},
    OptionRow{"notice.max_per_sender", OptionType::integer, "20", "Notices about one sender in an hour.", 1, 10'000},
    OptionRow{"notice.templates_dir", OptionType::text, "/usr/share/postern/notices",
              "The shipped texts of notices; those in the policy's notices/ take their place."},
    OptionRow{"notice.time_zone", OptionType::text, "UTC", "IANA time zone of the times in notices."},
    OptionRow{
        "notice.contact", OptionType::text, "",
        "Address of the organisation, or page, that answers questions about notices. Empty: the first reviewer of "
        "the policy's '*' liaison."},
    OptionRow{"notice.lessons", OptionType::text, "",
              "Address of the page with lessons, such as https://intranet.example/postern."},
    OptionRow{"release.smtp", OptionType::text, "127.0.0.1:25",
              "Host and port that take released mail: a listener with all milters, so that DKIM signs."},
    OptionRow{"release.valid", OptionType::duration, "1h", "How long a release token can be used.", 60 * kSecond,
              7 * kDay},
    OptionRow{"release.retry_for", OptionType::duration, "2d", "How long the courier tries to hand over a mail.",
              60 * kSecond, 30 * kDay},
    OptionRow{"log.target", OptionType::choice, "stderr", "Where log lines go.", 0, 0, "stderr syslog"},
    OptionRow{"log.level", OptionType::choice, "info", "The least that is logged.", 0, 0, "debug info warning error"},
    OptionRow{
        "metrics.listen", OptionType::text, "",
        "HOST:PORT of the page with metrics, health and status, such as 127.0.0.1:9469. It asks for no login: use "
        "loopback. Empty: none."},
    OptionRow{"metrics.min_free", OptionType::size, "256MiB",
              "Free space below which /readyz says that the store's or the spool's disk is too full.", 0,
              1024 * 1024 * kMiB},
};

}  // namespace

std::span<const OptionRow> settings_table() {
  return kTable;
}

Limits limits_of(const Configuration& configuration) {
  Limits out;
  out.max_bytes = configuration.size("extract.max_bytes");
  out.max_part_bytes = configuration.size("extract.max_part_bytes");
  out.max_text_bytes = configuration.size("extract.max_text_bytes");
  out.max_parts = std::uint32_t(configuration.integer("extract.max_parts"));
  out.max_depth = std::uint32_t(configuration.integer("extract.max_depth"));
  out.max_ratio = std::uint32_t(configuration.integer("extract.max_ratio"));
  out.max_time = configuration.duration("extract.max_time");
  out.max_cpu = configuration.duration("extract.max_cpu");
  return out;
}

}  // namespace postern
