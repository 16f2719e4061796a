// A scripted SMTP server for tests: loopback or a unix socket, one thread, one
// connection after the other. It answers 2xx to everything unless the script says
// otherwise, and keeps every command and every byte of content as received.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/unique_fd.h"

namespace postern::testing {

struct SmtpScript {
  // Replies by the start of the command line ("RCPT TO:<a@b>", "MAIL", "DATA"; the longest match counts), and by
  // "GREETING" and "DOT". Several lines are joined by "\r\n"; the last "\r\n" is added.
  std::map<std::string, std::string> replies;
  std::vector<std::string> extensions;  // EHLO keywords
  // The connection is closed instead of this reply (same names as above), or after `content_bytes` of content.
  std::string vanish_at;
  // This reply never comes; the connection stays open until the client leaves.
  std::string silent_at;
  size_t content_bytes = 0;  // with vanish_at "CONTENT"
};

struct SmtpTransaction {
  std::vector<std::string> commands;  // as received, without line ends
  std::string wire;                   // content as on the wire, final dot excluded
  bool complete = false;              // the final dot came

  // The content with dots unstuffed.
  std::string content() const {
    std::string out;
    for (size_t begin = 0; begin < wire.size();) {
      const size_t end = wire.find("\r\n", begin);
      const size_t next = end == std::string::npos ? wire.size() : end + 2;
      out += wire.substr(begin, next - begin).substr(wire[begin] == '.' ? 1 : 0);
      begin = next;
    }
    return out;
  }
};

class FakeSmtpServer {
 public:
  // Port chosen by the kernel, or a unix socket when `path` is given.
  explicit FakeSmtpServer(SmtpScript script, std::string path = "")
      : script_(std::move(script)), path_(std::move(path)) {
    path_.empty() ? listen_inet() : listen_unix();
    stop_.reset(::eventfd(0, EFD_CLOEXEC));
    thread_ = std::thread([this] { serve(); });
  }

  ~FakeSmtpServer() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(stop_.get(), &one, sizeof one);
    thread_.join();
    if (!path_.empty()) ::unlink(path_.c_str());
  }

  FakeSmtpServer(const FakeSmtpServer&) = delete;
  FakeSmtpServer& operator=(const FakeSmtpServer&) = delete;

  std::uint16_t port() const { return port_; }
  // As SmtpEndpoint::parse reads it.
  std::string endpoint() const { return path_.empty() ? "inet:127.0.0.1:" + std::to_string(port_) : "unix:" + path_; }

  // Takes effect with the next connection.
  void set_script(SmtpScript script) {
    const std::lock_guard lock(mutex_);
    script_ = std::move(script);
  }

  // Blocks until `count` connections have ended, and gives all of them.
  std::vector<SmtpTransaction> wait_for(size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return ended_.size() >= count; });
    return ended_;
  }

  // Blocks until clients have sent `command` (its start) `times` times, over all connections.
  void wait_for_command(const std::string& command, size_t times = 1) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] {
      size_t count = 0;
      for (const auto& seen : seen_) count += seen.starts_with(command);
      return count >= times;
    });
  }

 private:
  void listen_inet() {
    listener_.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bind_and_listen(reinterpret_cast<sockaddr*>(&address), sizeof address);
    socklen_t length = sizeof address;
    ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
  }

  void listen_unix() {
    listener_.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.copy(address.sun_path, sizeof address.sun_path - 1);
    bind_and_listen(reinterpret_cast<sockaddr*>(&address), sizeof address);
  }

  void bind_and_listen(const sockaddr* address, socklen_t length) {
    if (::bind(listener_.get(), address, length) != 0 || ::listen(listener_.get(), 16) != 0) {
      throw std::runtime_error("the fake SMTP server cannot listen");
    }
  }

  // False when the server stops.
  bool readable(int fd) {
    pollfd polled[2] = {{fd, POLLIN, 0}, {stop_.get(), POLLIN, 0}};
    while (::poll(polled, 2, -1) < 0) continue;
    return polled[1].revents == 0;
  }

  void serve() {
    while (readable(listener_.get())) {
      client_.reset(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      const int on = 1;
      if (path_.empty()) ::setsockopt(client_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      input_.clear();
      {
        const std::lock_guard lock(mutex_);
        current_ = script_;
      }
      SmtpTransaction transaction;
      converse(transaction);
      client_.reset();
      const std::lock_guard lock(mutex_);
      ended_.push_back(std::move(transaction));
      changed_.notify_all();
    }
  }

  bool read_more() {
    if (!readable(client_.get())) return false;
    char buffer[16384];
    const ssize_t got = ::recv(client_.get(), buffer, sizeof buffer, 0);
    if (got <= 0) return false;
    input_.append(buffer, static_cast<size_t>(got));
    return true;
  }

  bool send_reply(const std::string& name, const std::string& otherwise) {
    if (current_.vanish_at == name) return false;
    if (current_.silent_at == name) {
      while (read_more()) input_.clear();
      return false;
    }
    const auto scripted = current_.replies.find(name);
    const std::string text = (scripted == current_.replies.end() ? otherwise : scripted->second) + "\r\n";
    return ::send(client_.get(), text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
  }

  // The longest scripted name that the command starts with, else its verb.
  std::string name_of(const std::string& command) const {
    std::string name = command.substr(0, command.find(' '));
    auto consider = [&](const std::string& candidate) {
      if (candidate.size() > name.size() && command.starts_with(candidate)) name = candidate;
    };
    for (const auto& [candidate, reply] : current_.replies) consider(candidate);
    consider(current_.vanish_at);
    consider(current_.silent_at);
    return name;
  }

  std::string hello() const {
    std::string text = current_.extensions.empty() ? "250 fake" : "250-fake";
    for (size_t i = 0; i < current_.extensions.size(); i++) {
      text += (i + 1 == current_.extensions.size() ? "\r\n250 " : "\r\n250-") + current_.extensions[i];
    }
    return text;
  }

  void converse(SmtpTransaction& transaction) {
    if (!send_reply("GREETING", "220 fake ESMTP")) return;
    while (true) {
      size_t end = 0;
      while ((end = input_.find("\r\n")) == std::string::npos) {
        if (!read_more()) return;
      }
      const std::string command = input_.substr(0, end);
      input_.erase(0, end + 2);
      transaction.commands.push_back(command);
      {
        const std::lock_guard lock(mutex_);
        seen_.push_back(command);
        changed_.notify_all();
      }
      const std::string name = name_of(command);
      const bool data = command == "DATA";
      std::string otherwise = "250 2.0.0 ok";
      if (data) otherwise = "354 go ahead";
      if (command.starts_with("EHLO")) otherwise = hello();
      if (command == "QUIT") otherwise = "221 2.0.0 bye";
      if (!send_reply(name, otherwise)) return;
      const auto scripted = current_.replies.find(name);
      if (data && (scripted == current_.replies.end() || scripted->second.starts_with("354"))) {
        if (!read_content(transaction) || !send_reply("DOT", "250 2.0.0 queued")) return;
      }
      if (command == "QUIT") return;
    }
  }

  bool read_content(SmtpTransaction& transaction) {
    while (true) {
      const bool empty = input_.starts_with(".\r\n");
      const size_t end = empty ? 0 : input_.find("\r\n.\r\n");
      if (end != std::string::npos) {
        transaction.wire = input_.substr(0, empty ? 0 : end + 2);
        transaction.complete = true;
        input_.erase(0, empty ? 3 : end + 5);
        return true;
      }
      if (current_.vanish_at == "CONTENT" && input_.size() >= current_.content_bytes) {
        transaction.wire = input_;
        return false;
      }
      if (!read_more()) return false;
    }
  }

  SmtpScript script_;
  SmtpScript current_;
  std::string path_;
  std::uint16_t port_ = 0;
  UniqueFd listener_;
  UniqueFd client_;
  UniqueFd stop_;
  std::string input_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<SmtpTransaction> ended_;
  std::vector<std::string> seen_;
  std::thread thread_;
};

}  // namespace postern::testing
