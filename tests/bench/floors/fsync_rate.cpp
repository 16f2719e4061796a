// fsync_rate: how many files a second a folder's disk makes durable, as a mail server's queue would.
//
//   fsync_rate FOLDER BYTES THREADS SECONDS
//
// Each thread makes a file, writes BYTES and calls fsync, again and again. Prints a line of JSON: files a second that
// way, and with a rename into place and an fsync of the folder after it, which is what it takes to never lose the name.
#include <atomic>
#include <chrono>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace {

using Timer = std::chrono::steady_clock;

enum class Naming { as_written, renamed };

double rate(const std::string& folder, size_t size, unsigned threads, double seconds, Naming naming) {
  const std::string bytes(size, 'x');
  const int directory = open(folder.c_str(), O_RDONLY | O_DIRECTORY);
  std::atomic<std::uint64_t> files{0};
  std::vector<std::jthread> workers;
  const auto begin = Timer::now();
  const auto passed = [&] { return std::chrono::duration<double>(Timer::now() - begin).count(); };
  for (unsigned number = 0; number < threads; number++) {
    workers.emplace_back([&, number] {
      const std::string prefix = folder + "/fsync_rate." + std::to_string(number) + ".";
      for (std::uint64_t i = 0; passed() < seconds; i++) {
        const std::string path = prefix + std::to_string(i);
        const int file = open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
        if (write(file, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()) || fsync(file) != 0) {
          std::perror(path.c_str());
          std::exit(2);
        }
        close(file);
        if (naming == Naming::renamed) {
          rename(path.c_str(), (path + ".q").c_str());
          fsync(directory);
        }
        files++;
        unlink((naming == Naming::renamed ? path + ".q" : path).c_str());
      }
    });
  }
  workers.clear();
  const double took = passed();
  close(directory);
  return static_cast<double>(files) / took;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::cerr << "usage: fsync_rate FOLDER BYTES THREADS SECONDS\n";
    return 2;
  }
  const auto size = static_cast<size_t>(std::stoul(argv[2]));
  const auto threads = static_cast<unsigned>(std::stoul(argv[3]));
  const double seconds = std::stod(argv[4]);
  std::cout << nlohmann::json{{"files_per_s", rate(argv[1], size, threads, seconds, Naming::as_written)},
                              {"renamed_per_s", rate(argv[1], size, threads, seconds, Naming::renamed)}}
                   .dump()
            << "\n";
  return 0;
}
