// Short names for the types that the grammar's tables use.
#pragma once

#include "message/words.h"
#include "policy/grammar.h"
#include "policy/model_words.h"

namespace postern::policy::grammar {

constexpr Type text(Many many = Many::one) {
  return {Shape::text, many};
}
constexpr Type texts() {
  return {Shape::text, Many::one_or_list};
}
constexpr Type boolean() {
  return {Shape::boolean};
}
constexpr Type on_off() {
  return {Shape::on_off};
}
constexpr Type integer(std::int64_t least, std::int64_t most) {
  return {Shape::integer, Many::one, nullptr, nullptr, least, most};
}
constexpr Type entropy() {
  return {Shape::entropy};
}
constexpr Type share() {
  return {Shape::share};
}
constexpr Type duration() {
  return {Shape::duration};
}
constexpr Type size() {
  return {Shape::size};
}
constexpr Type date_or_name() {
  return {Shape::date_or_name};
}
constexpr Type word(Words words, Many many = Many::one) {
  return {Shape::word, many, nullptr, words};
}
constexpr Type distance() {
  return {Shape::distance};
}
constexpr Type addresses(Many many = Many::one_or_list) {
  return {Shape::address, many};
}
constexpr Type or_empty(Type type) {
  type.empty = Empty::allowed;
  return type;
}
constexpr Type map(const MapSpec& spec, Many many = Many::one) {
  return {Shape::map, many, &spec};
}
constexpr Type filter(const MapSpec& spec) {
  return {Shape::filter, Many::one, &spec};
}

}  // namespace postern::policy::grammar
