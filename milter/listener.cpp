#include "milter/listener.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <utility>

#include <fcntl.h>
#include <grp.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace postern::milter {

namespace {

// As many as may wait while all loops are busy; the kernel cuts it to net.core.somaxconn.
constexpr int kBacklog = 1024;
// A socket is made under this name beside its place and then renamed.
constexpr std::string_view kNewSuffix = ".new";

tl::unexpected<Error> cannot(std::string_view what, const std::string& where, int error) {
  const ErrorKind kind = error == EACCES || error == EPERM ? ErrorKind::permission : ErrorKind::unavailable;
  return fail(kind, "cannot " + std::string(what) + " " + where + ": " + errno_text(error));
}

tl::unexpected<Error> bad_spec(std::string_view text, std::string_view why) {
  return fail(ErrorKind::invalid_input, "'" + std::string(text) + "' is not a milter socket: " + std::string(why) +
                                            " (write unix:/path or inet:port@host)");
}

Result<sockaddr_un> local_address(std::string_view path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) {
    return fail(ErrorKind::invalid_input,
                "the path of the socket " + std::string(path) + " is too long: the system allows " +
                    std::to_string(sizeof(address.sun_path) - kNewSuffix.size() - 1) + " bytes");
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

Result<gid_t> group_id(const std::string& name) {
  std::array<char, 16384> buffer{};  // sysconf(_SC_GETGR_R_SIZE_MAX) is 1,024; groups of thousands need more
  group entry{};
  group* found = nullptr;
  const int error = ::getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
  if (found == nullptr) {
    return fail(ErrorKind::not_found,
                "there is no group '" + name + "' for the socket" + (error != 0 ? ": " + errno_text(error) : ""));
  }
  return found->gr_gid;
}

// Makes sure that `path` is free or a socket on which nobody listens.
Result<void> check_place(const std::string& path) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0) {
    if (errno == ENOENT) return {};
    return cannot("look at", path, errno);
  }
  if (!S_ISSOCK(info.st_mode)) {
    return fail(ErrorKind::conflict, path + " exists and is not a socket; it is left alone");
  }
  auto address = local_address(path);
  if (!address) return fail(address.error());
  const UniqueFd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!probe) return cannot("make a socket for", path, errno);
  const bool refused =
      ::connect(probe.get(), reinterpret_cast<sockaddr*>(&*address), sizeof(*address)) != 0 && errno == ECONNREFUSED;
  if (!refused) return fail(ErrorKind::conflict, "another process listens on " + path);
  return {};
}

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

Result<UniqueFd> open_tcp(const SocketSpec& spec, const std::string& name) {
  addrinfo hints{};
  hints.ai_family = spec.kind == SocketSpec::Kind::inet6 ? AF_INET6 : AF_INET;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  const std::string loopback = spec.kind == SocketSpec::Kind::inet6 ? "::1" : "127.0.0.1";
  const std::string& host = spec.host.empty() ? loopback : spec.host;
  addrinfo* list = nullptr;
  if (const int error = ::getaddrinfo(host.c_str(), spec.port.c_str(), &hints, &list); error != 0) {
    return fail(ErrorKind::invalid_input, "cannot find the address of " + name + ": " + ::gai_strerror(error));
  }
  const std::unique_ptr<addrinfo, FreeAddresses> addresses(list);
  UniqueFd fd(::socket(list->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return cannot("make a socket for", name, errno);
  const int on = 1;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (list->ai_family == AF_INET6) ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
  if (::bind(fd.get(), list->ai_addr, list->ai_addrlen) != 0) return cannot("bind", name, errno);
  if (::listen(fd.get(), kBacklog) != 0) return cannot("listen on", name, errno);
  return fd;
}

}  // namespace

Result<SocketSpec> parse_socket(std::string_view text) {
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos) return bad_spec(text, "its kind is missing");
  const std::string_view kind = text.substr(0, colon);
  std::string_view rest = text.substr(colon + 1);
  SocketSpec out;
  if (kind == "unix" || kind == "local") {
    if (rest.empty() || rest.front() != '/') return bad_spec(text, "its path must begin with '/'");
    out.path = rest;
    return out;
  }
  if (kind != "inet" && kind != "inet6") return bad_spec(text, "its kind is not known");
  out.kind = kind == "inet" ? SocketSpec::Kind::inet : SocketSpec::Kind::inet6;
  if (const size_t at = rest.find('@'); at != std::string_view::npos) {
    out.port = rest.substr(0, at);
    out.host = rest.substr(at + 1);
  } else if (const size_t last = rest.rfind(':'); last != std::string_view::npos) {
    out.host = rest.substr(0, last);
    out.port = rest.substr(last + 1);
  } else {
    out.port = rest;
  }
  if (out.host.size() > 2 && out.host.front() == '[' && out.host.back() == ']') {
    out.host = out.host.substr(1, out.host.size() - 2);
  }
  if (out.port.empty()) return bad_spec(text, "its port is missing");
  return out;
}

Result<Listener> Listener::open(const SocketSpec& spec) {
  Listener out;
  if (spec.kind != SocketSpec::Kind::local) {
    const std::string name = "inet:" + spec.port + "@" + spec.host;
    auto fd = open_tcp(spec, name);
    if (!fd) return fail(fd.error());
    out.fd_ = std::move(*fd);
    out.describe();
    return out;
  }
  if (auto ok = check_place(spec.path); !ok) return fail(ok.error());
  const std::string temporary = spec.path + std::string(kNewSuffix);
  auto address = local_address(temporary);
  if (!address) return fail(address.error());
  if (auto ok = check_place(temporary); !ok) return fail(ok.error());
  ::unlink(temporary.c_str());
  out.fd_ = UniqueFd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!out.fd_) return cannot("make a socket for", spec.path, errno);
  if (::bind(out.fd_.get(), reinterpret_cast<sockaddr*>(&*address), sizeof(*address)) != 0) {
    return cannot("bind", spec.path, errno);
  }
  out.path_ = temporary;
  struct stat info {};
  if (::lstat(temporary.c_str(), &info) != 0) return cannot("look at", temporary, errno);
  out.device_ = info.st_dev;
  out.inode_ = info.st_ino;
  if (!spec.group.empty()) {
    auto gid = group_id(spec.group);
    if (!gid) return fail(gid.error());
    if (::lchown(temporary.c_str(), uid_t(-1), *gid) != 0) {
      return cannot("give the group '" + spec.group + "' to", spec.path, errno);
    }
  }
  if (::chmod(temporary.c_str(), spec.mode) != 0) return cannot("set the mode of", spec.path, errno);
  if (::listen(out.fd_.get(), kBacklog) != 0) return cannot("listen on", spec.path, errno);
  if (::rename(temporary.c_str(), spec.path.c_str()) != 0) return cannot("put in place", spec.path, errno);
  out.path_ = spec.path;
  out.name_ = "unix:" + spec.path;
  return out;
}

Result<Listener> Listener::adopt(UniqueFd fd) {
  const std::string name = "descriptor " + std::to_string(fd.get());
  int listens = 0;
  socklen_t size = sizeof(listens);
  if (::getsockopt(fd.get(), SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0) return cannot("use", name, errno);
  int type = 0;
  size = sizeof(type);
  if (::getsockopt(fd.get(), SOL_SOCKET, SO_TYPE, &type, &size) != 0) return cannot("use", name, errno);
  if (listens == 0 || type != SOCK_STREAM) {
    return fail(ErrorKind::invalid_input, name + " is no listening stream socket");
  }
  const int flags = ::fcntl(fd.get(), F_GETFL);
  if (flags < 0 || ::fcntl(fd.get(), F_SETFL, flags | O_NONBLOCK) != 0 || ::fcntl(fd.get(), F_SETFD, FD_CLOEXEC) != 0) {
    return cannot("set up", name, errno);
  }
  Listener out;
  out.fd_ = std::move(fd);
  out.describe();
  return out;
}

void Listener::describe() {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  if (::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return;
  tcp_ = address.ss_family == AF_INET || address.ss_family == AF_INET6;
  if (!tcp_) {
    const auto* local = reinterpret_cast<const sockaddr_un*>(&address);
    const size_t length = size - offsetof(sockaddr_un, sun_path);
    const bool abstract = length > 1 && local->sun_path[0] == '\0';
    // sun_path need not end in NUL (unix(7)).
    name_ = abstract ? "unix:@" + std::string(local->sun_path + 1, length - 1)
                     : "unix:" + std::string(local->sun_path, ::strnlen(local->sun_path, length));
    return;
  }
  std::array<char, NI_MAXHOST> host{};
  std::array<char, NI_MAXSERV> port{};
  ::getnameinfo(reinterpret_cast<sockaddr*>(&address), size, host.data(), host.size(), port.data(), port.size(),
                NI_NUMERICHOST | NI_NUMERICSERV);
  const std::string_view digits(port.data());
  std::from_chars(digits.data(), digits.data() + digits.size(), port_);
  name_ = (address.ss_family == AF_INET6 ? "inet6:" : "inet:") + std::string(digits) + "@" + host.data();
}

Listener::Listener(Listener&& other) noexcept
    : fd_(std::move(other.fd_)),
      tcp_(other.tcp_),
      port_(other.port_),
      name_(std::move(other.name_)),
      path_(std::exchange(other.path_, std::string())),
      device_(other.device_),
      inode_(other.inode_) {}

Listener& Listener::operator=(Listener&& other) noexcept {
  if (this == &other) return *this;
  remove_file();
  fd_ = std::move(other.fd_);
  tcp_ = other.tcp_;
  port_ = other.port_;
  name_ = std::move(other.name_);
  path_ = std::exchange(other.path_, std::string());
  device_ = other.device_;
  inode_ = other.inode_;
  return *this;
}

Listener::~Listener() {
  remove_file();
}

// A successor may have put its own socket there already.
void Listener::remove_file() {
  if (path_.empty()) return;
  struct stat info {};
  if (::lstat(path_.c_str(), &info) == 0 && info.st_dev == device_ && info.st_ino == inode_) ::unlink(path_.c_str());
}

}  // namespace postern::milter
