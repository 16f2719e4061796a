// What every backend of the store must do, run on each of them.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "tests/store/temp_store.h"

namespace postern::store {

using namespace std::chrono_literals;
using test::a_hold;
using test::an_incident;
using test::an_item;
using test::kTestTime;
using test::put_hold;

class StoreContract : public testing::TestWithParam<std::string> {
 protected:
  // Runs a unit and expects it to be kept.
  void commit(const std::function<Result<void>(Transaction&)>& unit) {
    auto ok = store_->commit(unit);
    ASSERT_TRUE(ok) << ok.error().message;
  }
  template <typename T>
  T read(const std::function<Result<T>(Reader&)>& question) {
    std::optional<T> out;
    auto ok = store_->read([&](Reader& reader) -> Result<void> {
      auto answer = question(reader);
      if (!answer) return fail(answer.error());
      out = std::move(*answer);
      return {};
    });
    EXPECT_TRUE(ok) << ok.error().message;
    return out ? std::move(*out) : T();
  }
  std::optional<Incident> incident(const std::string& reference) {
    return read<std::optional<Incident>>([&](Reader& r) { return r.incident(reference); });
  }
  std::optional<Hold> hold(const std::string& id) {
    return read<std::optional<Hold>>([&](Reader& r) { return r.hold(id); });
  }

  test::TempStore store_;
};

}  // namespace postern::store
