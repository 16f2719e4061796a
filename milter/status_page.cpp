#include "milter/status_page.h"

#include <cerrno>
#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>

#include <Poco/Exception.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServerConnection.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/TCPServer.h>
#include <Poco/Net/TCPServerConnectionFactory.h>
#include <Poco/ThreadPool.h>
#include <fcntl.h>
#include <sys/socket.h>

#include "base/log.h"
#include "base/unique_fd.h"

namespace postern::milter {

namespace {

using Poco::Net::HTTPRequestHandler;
using Poco::Net::HTTPResponse;
using Poco::Net::HTTPServerRequest;
using Poco::Net::HTTPServerResponse;
using Poco::Net::StreamSocket;
using SteadyClock = std::chrono::steady_clock;

constexpr int kBacklog = 16;
// Between two bytes; the whole connection is bounded by the cutter.
constexpr int kSilenceSeconds = 5;

// Shuts down connections that last too long, however busily they trickle. Each is watched by a descriptor of the
// watch's own: Poco closes its one when it likes, and its number may then mean another file.
class Cutter {
 public:
  explicit Cutter(std::chrono::milliseconds longest) : longest_(longest), thread_([this] { run(); }) {}
  ~Cutter() {
    end();
    thread_.join();
  }
  Cutter(const Cutter&) = delete;
  Cutter& operator=(const Cutter&) = delete;

  struct Watched {
    UniqueFd fd;
    SteadyClock::time_point until;
    bool is_cut = false;
  };
  using Place = std::list<Watched>::iterator;

  Place watch(int fd) {
    const std::lock_guard lock(mutex_);
    UniqueFd own(::fcntl(fd, F_DUPFD_CLOEXEC, 0));
    const Place out = watched_.insert(watched_.end(), Watched{std::move(own), SteadyClock::now() + longest_});
    if (ending_) cut(*out);
    wake_.notify_all();
    return out;
  }
  // Cuts all, and what comes still.
  void end() {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    for (Watched& watched : watched_) cut(watched);
    wake_.notify_all();
  }
  void forget(Place place) {
    const std::lock_guard lock(mutex_);
    watched_.erase(place);
  }

 private:
  static void cut(Watched& watched) {
    if (!watched.is_cut && watched.fd.get() >= 0) ::shutdown(watched.fd.get(), SHUT_RDWR);
    watched.is_cut = true;
  }

  void run() {
    std::unique_lock lock(mutex_);
    while (!ending_) {
      // They stand in order of their coming, which is the order of their ends.
      auto next = SteadyClock::time_point::max();
      const auto now = SteadyClock::now();
      for (Watched& watched : watched_) {
        if (watched.until > now) {
          next = watched.until;
          break;
        }
        cut(watched);
      }
      if (next == SteadyClock::time_point::max()) {
        wake_.wait(lock);
      } else {
        wake_.wait_until(lock, next);
      }
    }
  }

  const std::chrono::milliseconds longest_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::list<Watched> watched_;
  bool ending_ = false;
  std::thread thread_;
};

class BoundedConnection final : public Poco::Net::HTTPServerConnection {
 public:
  BoundedConnection(const StreamSocket& socket, const Poco::Net::HTTPServerParams::Ptr& params,
                    const Poco::Net::HTTPRequestHandlerFactory::Ptr& handlers, Cutter& cutter)
      : HTTPServerConnection(socket, params, handlers), cutter_(cutter) {}

  void run() override {
    const Cutter::Place place = cutter_.watch(socket().impl()->sockfd());
    try {
      HTTPServerConnection::run();
    } catch (const std::exception&) {  // the client went away, or was cut
    }
    cutter_.forget(place);
  }

 private:
  Cutter& cutter_;
};

class PageHandler final : public HTTPRequestHandler {
 public:
  explicit PageHandler(const StatusPages& pages) : pages_(pages) {}

  void handleRequest(HTTPServerRequest& request, HTTPServerResponse& response) override {
    const Page page = make(request);
    response.setStatusAndReason(HTTPResponse::HTTPStatus(page.status));
    response.setContentType(page.type);
    response.set("Cache-Control", "no-store");
    response.set("X-Content-Type-Options", "nosniff");
    if (page.status == HTTPResponse::HTTP_METHOD_NOT_ALLOWED) response.set("Allow", "GET, HEAD");
    response.setContentLength64(Poco::Int64(page.body.size()));
    response.setKeepAlive(false);
    std::ostream& out = response.send();
    if (request.getMethod() != "HEAD") out << page.body;
    out.flush();
  }

 private:
  static Page plain(int status, std::string_view text) {
    return {status, "text/plain; charset=utf-8", std::string(text) + "\n"};
  }
  Page make(const HTTPServerRequest& request) const {
    if (request.getMethod() != "GET" && request.getMethod() != "HEAD") return plain(405, "GET only");
    const std::string& uri = request.getURI();
    const std::string path = uri.substr(0, uri.find('?'));
    const PageMaker* maker = nullptr;
    if (path == "/metrics") maker = &pages_.metrics;
    if (path == "/healthz") maker = &pages_.healthz;
    if (path == "/readyz") maker = &pages_.readyz;
    if (path == "/status") maker = &pages_.status;
    if (maker == nullptr) return plain(404, "here are /metrics, /healthz, /readyz and /status");
    try {
      return (*maker)();
    } catch (const std::exception& e) {
      log_error("defect: the page " + path + " could not be made: " + e.what());
      return plain(500, "the page could not be made");
    }
  }

  const StatusPages& pages_;
};

class Handlers final : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  explicit Handlers(const StatusPages& pages) : pages_(pages) {}
  HTTPRequestHandler* createRequestHandler(const HTTPServerRequest&) override { return new PageHandler(pages_); }

 private:
  const StatusPages& pages_;
};

class Connections final : public Poco::Net::TCPServerConnectionFactory {
 public:
  Connections(Poco::Net::HTTPServerParams::Ptr params, Poco::Net::HTTPRequestHandlerFactory::Ptr handlers,
              Cutter& cutter)
      : params_(std::move(params)), handlers_(std::move(handlers)), cutter_(cutter) {}
  Poco::Net::TCPServerConnection* createConnection(const StreamSocket& socket) override {
    return new BoundedConnection(socket, params_, handlers_, cutter_);
  }

 private:
  const Poco::Net::HTTPServerParams::Ptr params_;
  const Poco::Net::HTTPRequestHandlerFactory::Ptr handlers_;
  Cutter& cutter_;
};

Poco::Net::HTTPServerParams::Ptr parameters() {
  Poco::Net::HTTPServerParams::Ptr out = new Poco::Net::HTTPServerParams;
  out->setMaxThreads(kMostThreads);
  out->setMaxQueued(kMostQueued);
  out->setKeepAlive(false);
  out->setTimeout(Poco::Timespan(kSilenceSeconds, 0));
  out->setThreadIdleTime(Poco::Timespan(kSilenceSeconds, 0));
  return out;
}

}  // namespace

class StatusPage::Impl {
 public:
  Impl(const Poco::Net::SocketAddress& address, StatusPages pages, std::chrono::milliseconds longest)
      : pages_(std::move(pages)),
        cutter_(longest),
        socket_(listen(address)),
        threads_("status", 1, kMostThreads + 1),
        params_(parameters()),
        server_(new Connections(params_, new Handlers(pages_), cutter_), threads_, socket_, params_) {
    server_.start();
  }
  ~Impl() {
    server_.stop();
    socket_.close();
    cutter_.end();
    threads_.joinAll();
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Poco::Net::SocketAddress address() const { return socket_.address(); }

 private:
  static Poco::Net::ServerSocket listen(const Poco::Net::SocketAddress& address) {
    Poco::Net::ServerSocket out;
    out.bind(address, /*reuseAddress=*/true, /*reusePort=*/false);
    out.listen(kBacklog);
    return out;
  }

  const StatusPages pages_;
  Cutter cutter_;
  Poco::Net::ServerSocket socket_;
  Poco::ThreadPool threads_;
  const Poco::Net::HTTPServerParams::Ptr params_;
  Poco::Net::TCPServer server_;
};

Result<std::unique_ptr<StatusPage>> StatusPage::start(const std::string& listen, StatusPages pages,
                                                      std::chrono::milliseconds longest) {
  Poco::Net::SocketAddress address;
  try {
    if (listen.rfind(':') == std::string::npos) throw Poco::InvalidArgumentException("no port");
    address = Poco::Net::SocketAddress(listen);
  } catch (const Poco::Exception& e) {
    return fail(ErrorKind::invalid_input,
                "'" + listen + "' is not an address such as 127.0.0.1:9469: " + e.displayText());
  }
  try {
    return std::unique_ptr<StatusPage>(new StatusPage(std::make_unique<Impl>(address, std::move(pages), longest)));
  } catch (const Poco::Exception& e) {
    return fail(ErrorKind::unavailable, "cannot listen on " + listen + ": " + e.displayText());
  } catch (const std::exception& e) {
    return fail(ErrorKind::unavailable, "cannot listen on " + listen + ": " + e.what());
  }
}

StatusPage::StatusPage(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
StatusPage::~StatusPage() = default;

std::uint16_t StatusPage::port() const {
  return impl_->address().port();
}

bool StatusPage::on_loopback() const {
  return impl_->address().host().isLoopback();
}

}  // namespace postern::milter
