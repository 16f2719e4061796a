#include "policy/schema.h"

#include <algorithm>
#include <map>

#include <nlohmann/json.hpp>

#include "policy/grammar.h"
#include "policy/values.h"

namespace postern::policy {

namespace {

using Json = nlohmann::ordered_json;
using grammar::KeySpec;
using grammar::Many;
using grammar::MapSpec;
using grammar::Need;
using grammar::Shape;
using grammar::Type;

Json pattern(const char* regex) {
  return {{"type", "string"}, {"pattern", regex}};
}

Json either(Json a, Json b) {
  Json out;
  out["anyOf"] = Json::array({std::move(a), std::move(b)});
  return out;
}

class Printer {
 public:
  explicit Printer(const MapSpec& root) : root_(root) {}

  Json print() {
    Json out;
    out["$schema"] = "http://json-schema.org/draft-07/schema#";
    out["title"] = root_.name;
    out.update(map(root_));
    // Maps that were met by reference, and those that they mention in turn.
    Json definitions = Json::object();
    while (!waiting_.empty()) {
      const MapSpec* spec = waiting_.back();
      waiting_.pop_back();
      const std::string name = names_.at(spec);
      definitions[name] = map(*spec);
    }
    out["definitions"] = std::move(definitions);
    return out;
  }

 private:
  Json reference(const MapSpec& spec) {
    if (!names_.contains(&spec)) {
      std::string name(spec.name);
      // Two maps of one name (the tests of each kind) are told apart by a number.
      const auto taken = [&](const std::string& wanted) {
        return std::any_of(names_.begin(), names_.end(), [&](const auto& known) { return known.second == wanted; });
      };
      for (int n = 2; taken(name); n++) name = std::string(spec.name) + " " + std::to_string(n);
      names_[&spec] = name;
      waiting_.push_back(&spec);
    }
    return {{"$ref", "#/definitions/" + names_.at(&spec)}};
  }

  Json one(const Type& type) {
    switch (type.shape) {
      case Shape::text:
        return either({{"type", "string"}, {"minLength", 1}}, {{"type", "integer"}});
      case Shape::boolean:
        return {{"type", "boolean"}};
      case Shape::on_off:
        return {{"enum", Json::array({"on", "off", true, false})}};
      case Shape::integer:
        return {{"type", "integer"}, {"minimum", type.least}, {"maximum", type.most}};
      case Shape::entropy:
        return {{"type", "number"}, {"minimum", kLeastEntropy}, {"maximum", kMostEntropy}};
      case Shape::share:
        return pattern("^[0-9]+(\\.[0-9]+)?%$");
      case Shape::percent_number:
        return either({{"type", "integer"}, {"minimum", 0}, {"maximum", 100}}, pattern("^[0-9]+(\\.[0-9]+)?%$"));
      case Shape::duration:
        return pattern("^[0-9]+(ms|s|m|h|d|w|y)$");
      case Shape::size:
        return either({{"type", "integer"}, {"minimum", 0}}, pattern("^[0-9]+ ?(B|KB|MB|GB|KiB|MiB|GiB)?$"));
      case Shape::time:
        return {{"type", "string"}, {"format", "date-time"}};
      case Shape::day:
        return {{"type", "string"}, {"format", "date"}};
      case Shape::date_or_name:
      case Shape::address:
        return {{"type", "string"}, {"minLength", 1}};
      case Shape::word: {
        Json words = Json::array();
        for (const std::string_view word : type.words()) words.push_back(word);
        return {{"enum", std::move(words)}};
      }
      case Shape::distance:
        return either({{"type", "integer"}, {"minimum", 1}}, pattern("^([0-9]+( (characters|words))?|line|row|part)$"));
      case Shape::map:
        return reference(*type.map);
      case Shape::filter: {
        const Json address = {{"type", "string"}, {"minLength", 1}};
        Json out = either(address, {{"type", "array"}, {"items", address}, {"minItems", 1}});
        out["anyOf"].push_back(reference(*type.map));
        return out;
      }
    }
    return Json::object();
  }

  Json list(const Type& type) {
    Json out = {{"type", "array"}, {"items", one(type)}};
    if (type.empty == grammar::Empty::refused) out["minItems"] = 1;
    return out;
  }

  Json value(const Type& type) {
    switch (type.many) {
      case Many::one:
        return one(type);
      case Many::list:
        return list(type);
      case Many::one_or_list:
        return either(one(type), list(type));
      case Many::named:
        return {{"type", "object"}, {"additionalProperties", one(type)}};
      case Many::named_list:
        return {{"type", "object"}, {"additionalProperties", either(one(type), list(type))}};
    }
    return Json::object();
  }

  Json map(const MapSpec& spec) {
    Json out;
    out["type"] = "object";
    out["description"] = spec.doc;
    Json properties = Json::object();
    Json required = Json::array();
    for (const KeySpec& key : spec.keys) {
      Json property = value(key.type);
      // Beside $ref draft-07 readers ignore everything else.
      if (property.contains("$ref")) property = Json{{"allOf", Json::array({property})}};
      property["description"] = key.doc;
      properties[std::string(key.name)] = std::move(property);
      if (key.need == Need::required) required.push_back(key.name);
    }
    out["properties"] = std::move(properties);
    if (!required.empty()) out["required"] = std::move(required);
    if (spec.refuses_empty()) out["minProperties"] = 1;
    if (!spec.one_of.empty()) {
      Json kinds = Json::array();
      for (const std::string_view key : spec.one_of) kinds.push_back({{"required", Json::array({key})}});
      out["oneOf"] = std::move(kinds);
    }
    out["additionalProperties"] = false;
    return out;
  }

  const MapSpec& root_;
  std::map<const MapSpec*, std::string> names_;
  std::vector<const MapSpec*> waiting_;
};

}  // namespace

std::string json_schema(SchemaOf file) {
  const MapSpec& root = file == SchemaOf::policy ? grammar::kPolicyMap
                        : file == SchemaOf::pack ? grammar::kPackMap
                                                 : grammar::kRulesMap;
  return Printer(root).print().dump(2) + "\n";
}

}  // namespace postern::policy
