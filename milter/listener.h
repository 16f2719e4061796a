// Listening sockets: where MTAs reach the gate.
//
//   unix:/path  local:/path           a socket in the file system
//   inet:port@host  inet6:port@host   TCP; without a host the loopback address
//
// as in Sendmail's and Postfix's configurations. The milter protocol knows no
// authentication: who can connect can have mail judged, so a TCP socket stands on
// loopback unless the configuration says where else ("inet:8891@0.0.0.0" is every
// address). `port` may be a service name; 0 asks the kernel for one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <sys/stat.h>

#include "base/result.h"
#include "base/unique_fd.h"

namespace postern::milter {

struct SocketSpec {
  enum class Kind { local, inet, inet6 };
  Kind kind = Kind::local;
  std::string path;  // local
  std::string host;  // inet, inet6
  std::string port;
  mode_t mode = 0660;  // local: of the socket file
  std::string group;   // local: its group, empty for the process's own
};

// The forms above, and Postfix's "inet:host:port".
Result<SocketSpec> parse_socket(std::string_view text);

// An open listening socket, non-blocking. Move-only; closing removes a socket file that is still the
// one that open() made.
class Listener {
 public:
  // A socket file appears under its name only when it has its mode and group and takes connections. One that is
  // there already is replaced when nobody listens on it; a live one, or anything but a socket, is a conflict.
  static Result<Listener> open(const SocketSpec& spec);
  // A stream socket that listens already, such as one passed in by systemd.
  static Result<Listener> adopt(UniqueFd fd);

  Listener(Listener&& other) noexcept;
  Listener& operator=(Listener&& other) noexcept;
  ~Listener();

  int fd() const { return fd_.get(); }
  bool is_tcp() const { return tcp_; }
  std::uint16_t port() const { return port_; }  // 0 unless TCP
  // "unix:/run/postern/milter.sock", "inet:8891@127.0.0.1": for logs.
  const std::string& name() const { return name_; }

 private:
  Listener() = default;
  void describe();
  void remove_file();

  UniqueFd fd_;
  bool tcp_ = false;
  std::uint16_t port_ = 0;
  std::string name_;
  std::string path_;  // the file that we made
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

}  // namespace postern::milter
