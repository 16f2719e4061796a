/* noop_milter: the cheapest filter that libmilter can make, as a yardstick: it asks for every no-reply step, keeps
 * nothing and accepts all.
 *
 *   noop_milter SOCKET      unix:/path or inet:port@127.0.0.1
 */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include <libmilter/mfapi.h>

static sfsistat on_connect(SMFICTX *context, char *host, _SOCK_ADDR *address) {
  (void)context, (void)host, (void)address;
  return SMFIS_NOREPLY;
}
static sfsistat on_helo(SMFICTX *context, char *name) {
  (void)context, (void)name;
  return SMFIS_NOREPLY;
}
static sfsistat on_address(SMFICTX *context, char **arguments) {
  (void)context, (void)arguments;
  return SMFIS_NOREPLY;
}
static sfsistat on_header(SMFICTX *context, char *name, char *value) {
  (void)context, (void)name, (void)value;
  return SMFIS_NOREPLY;
}
static sfsistat on_step(SMFICTX *context) {
  (void)context;
  return SMFIS_NOREPLY;
}
static sfsistat on_body(SMFICTX *context, unsigned char *bytes, size_t size) {
  (void)context, (void)bytes, (void)size;
  return SMFIS_NOREPLY;
}
static sfsistat on_end(SMFICTX *context) {
  (void)context;
  return SMFIS_CONTINUE;
}

static sfsistat on_negotiate(SMFICTX *context, unsigned long actions, unsigned long steps, unsigned long unused0,
                             unsigned long unused1, unsigned long *want_actions, unsigned long *want_steps,
                             unsigned long *want0, unsigned long *want1) {
  const unsigned long no_reply = SMFIP_NR_CONN | SMFIP_NR_HELO | SMFIP_NR_MAIL | SMFIP_NR_RCPT | SMFIP_NR_DATA |
                                 SMFIP_NR_HDR | SMFIP_NR_EOH | SMFIP_NR_BODY;
  (void)context, (void)actions, (void)unused0, (void)unused1;
  if ((steps & no_reply) != no_reply) return SMFIS_REJECT; /* an MTA too old to be measured with */
  *want_actions = 0;
  *want_steps = no_reply | (steps & SMFIP_NOUNKNOWN);
  *want0 = *want1 = 0;
  return SMFIS_CONTINUE;
}

int main(int argc, char **argv) {
  struct smfiDesc filter = {0};
  if (argc != 2) {
    fprintf(stderr, "usage: noop_milter SOCKET\n");
    return EX_USAGE;
  }
  filter.xxfi_name = "noop";
  filter.xxfi_version = SMFI_VERSION;
  filter.xxfi_connect = on_connect;
  filter.xxfi_helo = on_helo;
  filter.xxfi_envfrom = on_address;
  filter.xxfi_envrcpt = on_address;
  filter.xxfi_data = on_step;
  filter.xxfi_header = on_header;
  filter.xxfi_eoh = on_step;
  filter.xxfi_body = on_body;
  filter.xxfi_eom = on_end;
  filter.xxfi_negotiate = on_negotiate;
  if (strncmp(argv[1], "unix:", 5) == 0) unlink(argv[1] + 5);
  if (smfi_setconn(argv[1]) == MI_FAILURE || smfi_register(filter) == MI_FAILURE) return EX_UNAVAILABLE;
  smfi_setbacklog(1024);
  return smfi_main();
}
