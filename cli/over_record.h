// What is kept of one message for backtests and first days, as JSON for the journal and back.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "cli/over.h"
#include "pipeline/assess.h"
#include "policy/backtest.h"

namespace postern::cli {

// {"sender", "to": [[[class, ...], action, if enforced], ...], "hits": [[rule, enforced], ...], "unread": [[type,
// outcome],
// ...]}, or {"passing": true}, or {"failed": why}
nlohmann::ordered_json backtest_record(const pipeline::Assessment& assessment, const Pseudonyms& pseudonyms);

// `record` with "name", as OverTask::take() gets it. Throws nlohmann::json::exception for what is no such record.
policy::BacktestMail backtest_mail(const nlohmann::ordered_json& record);

}  // namespace postern::cli
