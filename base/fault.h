// Fault points: named instants between two steps of holding, answering,
// notifying, releasing and erasing, at which a test ends the program as a power cut would.
//
// Built into the developer presets only (POSTERN_FAULTS); elsewhere fault_point() is nothing. The
// environment variable POSTERN_FAULT says which point, at which arrival there, and what happens:
//
//   POSTERN_FAULT=committed             kill -9 at the first arrival
//   POSTERN_FAULT=notice-sent:3         at the third
//   POSTERN_FAULT=answer-ready:1:stop   SIGSTOP, for a test that meanwhile does something to the others
//   POSTERN_FAULT=part-typed:3:spin     goes on for ever, as a parser in a loop does
//   POSTERN_FAULT=part-typed:3:eat      takes memory until there is none, and throws std::bad_alloc
//
// Several are separated by commas. Each process counts its own arrivals; the readers get the variable from
// the daemon.
//
// A wrong name is fatal at the first point, or when the first reader is started, so that no test passes for want of its
// fault. tests/e2e/fault_points.py reads the list below and fails on a point that it has no case for. Safe from any
// thread.
#pragma once

#include <string_view>

namespace postern {

// In the order in which a held message meets them. "In the transaction": nothing of it is committed yet.
enum class FaultPoint {
  // holding
  spooled,           // on a loop thread: the message is whole, no judge has it
  received,          // a judge has the message, nothing has looked at it
  part_typed,        // in a reader: a part's type is reported, its parser comes next
  judged,            // there is a verdict; nothing is written
  unit_begun,        // in the transaction: no retry was found, nothing is written
  incident_written,  // in the transaction: incident and recipients
  hold_written,      // in the transaction: the hold, without its message
  piece_written,     // in the transaction: one more piece of the sealed message
  notice_written,    // in the transaction: one more notice in the outbox
  audit_written,     // in the transaction: everything of one message
  group_written,     // everything of a group of units; not committed
  group_synced,      // committed and synced; nobody was told
  committed,         // the gate knows that it is committed; the answer is not made
  // answering
  answer_ready,  // there is an answer
  answer_made,   // its packets are made, not sent
  answer_sent,   // its bytes were given to the kernel
  // notifying; the mail_ points belong to releases as well
  rows_claimed,     // the courier has claimed due rows
  notice_read,      // the notice's text is made, nothing sent
  mail_unended,     // all of a mail is sent but the final dot
  mail_ended,       // the final dot is sent, the answer not read
  mail_answered,    // the answer is read
  notice_sent,      // the result per addressee is known; the outbox does not know
  notice_recorded,  // the outbox knows
  row_postponed,    // the outbox knows that a row is to be tried again
  // releasing
  release_marked,       // in the transaction: the hold says that its release is asked for
  release_enqueued,     // in the transaction: the row too
  release_asked,        // both are committed; who asked was not told
  release_read,         // the message is unsealed, nothing sent
  release_sent,         // the result per recipient is known; the store does not know
  recipients_recorded,  // in the transaction: what was said about each recipient
  release_row_ended,    // in the transaction: the row is done, failed or to be tried again
  release_told,         // in the transaction: the sender's notice of the release
  release_recorded,     // all of that is committed
  release_row_failed,   // in the transaction: the row of a release that cannot be carried out
  release_failed,       // that is committed, the hold open again
  // deciding
  hold_closed,   // in the transaction: rejected or expired
  sender_told,   // in the transaction: the sender's notice of that
  decided,       // committed; who decided was not told
  page_handled,  // one page of a walk over due holds is committed
  // erasing
  pieces_erased,   // in the transaction: the message's pieces
  erasure_marked,  // in the transaction: the hold says so
};

// The words above in kebab-case.
std::string_view to_string(FaultPoint point);

#ifdef POSTERN_FAULTS
void fault_point(FaultPoint point);
void check_faults();  // the names alone
#else
inline void fault_point(FaultPoint) {}
inline void check_faults() {}
#endif

}  // namespace postern
