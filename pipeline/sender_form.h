// What mail systems write into envelope senders, and who is behind it.
//
//   prvs=TAG=anna@corp.example                   BATV: anna@corp.example (draft-levine-smtp-batv)
//   btv1==TAG==anna@corp.example                 the same, by Barracuda
//   list-bounces+bob=out.example@corp.example    VERP: list-bounces@corp.example
//   list-return-17-bob=out.example@corp.example  VERP of qmail and ezmlm: list@corp.example
//   SRS0=HHH=TT=out.example=bob@corp.example     SRS: a mail from outside that is sent on; by whom is not said
//   SRS1=HHH=relay.example==HHH=TT=...           the same, sent on twice
//
// An SRS address is one of ours by its domain, and what is sent there goes to the outside sender: it is never
// taken for a person.
#pragma once

#include <string_view>

#include "message/address.h"

namespace postern::pipeline {

struct SenderForm {
  Address mailbox;         // null for the null sender and for SRS
  bool rewritten = false;  // SRS
};

SenderForm read_sender(const Address& sender);

// Local parts that no person has: MAILER-DAEMON, owner-LIST, LIST-owner, LIST-request, LIST-bounces (RFC 3834 2,
// RFC 2142).
bool is_robot(const Address& mailbox);

}  // namespace postern::pipeline
