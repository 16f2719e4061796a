#include "response/smtp_client_parameters.h"

#include <algorithm>
#include <array>

namespace postern::response {

namespace {

enum class Absent { leave_out, refuse };

struct Rule {
  std::string_view keyword;
  std::string_view extension;  // empty: never used
  Absent absent;
};

constexpr std::array<Rule, 8> kMailRules{{
    {"RET", "DSN", Absent::leave_out},
    {"ENVID", "DSN", Absent::leave_out},
    {"AUTH", "AUTH", Absent::leave_out},
    {"BY", "DELIVERBY", Absent::leave_out},
    {"MT-PRIORITY", "MT-PRIORITY", Absent::leave_out},
    {"HOLDFOR", "", Absent::leave_out},
    {"HOLDUNTIL", "", Absent::leave_out},
    {"REQUIRETLS", "REQUIRETLS", Absent::refuse},
}};

constexpr std::array<Rule, 2> kRcptRules{{
    {"NOTIFY", "DSN", Absent::leave_out},
    {"ORCPT", "DSN", Absent::leave_out},
}};

std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
  return out;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// RFC 5321 4.1.2 esmtp-param is printable and without spaces; anything else could end the command line early.
bool is_parameter(std::string_view text) {
  return !text.empty() && std::none_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= 0x20 || byte == 0x7F;
  });
}

// A path may hold spaces inside a quoted local part, but nothing that ends the line or the path early.
bool is_path(std::string_view address) {
  bool quoted = false;
  for (size_t i = 0; i < address.size(); i++) {
    const auto byte = static_cast<unsigned char>(address[i]);
    if (byte < 0x20 || byte == 0x7F) return false;
    if (quoted && address[i] == '\\') {
      i++;
      if (i == address.size() || static_cast<unsigned char>(address[i]) < 0x20) return false;
    } else if (address[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && (address[i] == '<' || address[i] == '>' || address[i] == ' ')) {
      return false;
    }
  }
  return !quoted;
}

RecipientResult refuse(int code, std::string enhanced, std::string text) {
  return {Delivery::permanent, SmtpStage::local, {code, std::move(enhanced), std::move(text)}};
}

class Planner {
 public:
  Planner(const SmtpExtensions& extensions, EnvelopePlan& plan) : extensions_(extensions), plan_(plan) {}

  bool offers(std::string_view extension) const { return !extension.empty() && extensions_.contains(extension); }

  void drop(const std::string& parameter) {
    if (std::find(plan_.dropped.begin(), plan_.dropped.end(), parameter) == plan_.dropped.end()) {
      plan_.dropped.push_back(parameter);
    }
  }

  // Appends the parameter to the command or drops it; false when the message must not go without it.
  template <size_t N>
  bool pass(const std::array<Rule, N>& rules, const std::string& parameter, std::string& command) {
    const std::string keyword = upper(std::string_view(parameter).substr(0, parameter.find('=')));
    const auto rule = std::find_if(rules.begin(), rules.end(), [&](const Rule& r) { return r.keyword == keyword; });
    if (rule != rules.end() && is_parameter(parameter) && offers(rule->extension)) {
      command += ' ' + parameter;
      return true;
    }
    if (rule != rules.end() && rule->absent == Absent::refuse) return false;
    drop(parameter);
    return true;
  }

 private:
  const SmtpExtensions& extensions_;
  EnvelopePlan& plan_;
};

void plan_mail(const OutgoingMail& mail, std::uint64_t size, Planner& planner, EnvelopePlan& plan) {
  if (!is_path(mail.sender)) {
    plan.refused = refuse(501, "5.1.7", "the sender address cannot be written in SMTP");
    return;
  }
  const bool wants_utf8 =
      !is_ascii(mail.sender) || std::any_of(mail.recipients.begin(), mail.recipients.end(),
                                            [](const OutgoingRecipient& r) { return !is_ascii(r.address); });
  if (!is_ascii(mail.sender) && !planner.offers("SMTPUTF8")) {
    plan.refused = refuse(550, "5.6.7", "the sender address needs SMTPUTF8, which the server does not offer");
    return;
  }
  std::string command = "MAIL FROM:<" + mail.sender + ">";
  bool utf8_asked = false;
  for (const std::string& parameter : mail.parameters) {
    const std::string whole = upper(parameter);
    if (whole.starts_with("SIZE=")) continue;
    if (whole == "SMTPUTF8") {
      utf8_asked = true;
      if (!planner.offers("SMTPUTF8")) planner.drop(parameter);
    } else if (whole == "BODY=8BITMIME" || whole == "BODY=BINARYMIME") {
      if (planner.offers("8BITMIME")) command += " BODY=8BITMIME";
      if (!planner.offers("8BITMIME") || whole != "BODY=8BITMIME") planner.drop(parameter);
    } else if (whole == "BODY=7BIT") {
      if (planner.offers("8BITMIME")) command += " BODY=7BIT";
    } else if (!planner.pass(kMailRules, parameter, command)) {
      plan.refused = refuse(550, "5.7.30", "the message asks for REQUIRETLS, which the server does not offer");
      return;
    }
  }
  if ((utf8_asked || wants_utf8) && planner.offers("SMTPUTF8")) command += " SMTPUTF8";
  if (planner.offers("SIZE")) command += " SIZE=" + std::to_string(size);
  plan.mail_command = std::move(command);
}

RcptPlan plan_rcpt(const OutgoingRecipient& recipient, Planner& planner) {
  if (recipient.address.empty() || !is_path(recipient.address)) {
    return {"", refuse(501, "5.1.3", "the recipient address cannot be written in SMTP")};
  }
  if (!is_ascii(recipient.address) && !planner.offers("SMTPUTF8")) {
    return {"", refuse(550, "5.6.7", "the recipient address needs SMTPUTF8, which the server does not offer")};
  }
  RcptPlan plan{"RCPT TO:<" + recipient.address + ">", {}};
  for (const std::string& parameter : recipient.parameters) planner.pass(kRcptRules, parameter, plan.command);
  return plan;
}

}  // namespace

EnvelopePlan plan_envelope(const OutgoingMail& mail, const SmtpExtensions& extensions, std::uint64_t size) {
  EnvelopePlan plan;
  Planner planner(extensions, plan);
  plan_mail(mail, size, planner, plan);
  if (plan.mail_command.empty()) return plan;
  plan.recipients.reserve(mail.recipients.size());
  for (const OutgoingRecipient& recipient : mail.recipients) plan.recipients.push_back(plan_rcpt(recipient, planner));
  return plan;
}

}  // namespace postern::response
