-- Plays a message to the gate with OpenDKIM's miltertest, an MTA of other hands than ours.
--   miltertest -D socket=unix:/path -D verdict=accept|reject|discard|tempfail -s miltertest.lua
local function must(result, step)
  if result ~= nil then error(step .. " failed: " .. result) end
end

local conn = mt.connect(socket, 40, 0.05)
if conn == nil then error("cannot connect to " .. socket) end

for round = 1, 2 do
  if round == 1 then
    must(mt.conninfo(conn, "client.corp.example", "192.0.2.7"), "connect")
    must(mt.helo(conn, "client.corp.example"), "helo")
  end
  mt.macro(conn, SMFIC_MAIL, "i", "MT" .. round, "{auth_authen}", "alice")
  must(mt.mailfrom(conn, "<alice@corp.example>"), "mail")
  must(mt.rcptto(conn, "<bob@example.net>"), "rcpt")
  must(mt.rcptto(conn, "<carol@example.org>"), "rcpt")
  must(mt.header(conn, "From", "alice@corp.example"), "header")
  must(mt.header(conn, "X-Postern-Token", "forged"), "header")
  must(mt.header(conn, "X-Postern-Token", "twice"), "header")
  if not mt.test_option(conn, SMFIP_NOEOH) then must(mt.eoh(conn), "eoh") end
  must(mt.bodystring(conn, "Hello.\r\n"), "body")
  must(mt.eom(conn), "eom")
  local reply = mt.getreply(conn)
  if verdict == "reject" then
    -- The text, two lines here, is compared byte for byte in the unit tests.
    if reply ~= SMFIR_REPLYCODE then error("no reply text: " .. reply) end
  elseif verdict == "discard" then
    if reply ~= SMFIR_DISCARD then error("not discarded: " .. reply) end
  elseif verdict == "tempfail" then
    -- Miltertest matches a reply only when code, enhanced code and text are all given.
    if not mt.eom_check(conn, MT_SMTPREPLY, "451", "4.7.1", "Try again later") then error("no 451 4.7.1") end
  else
    if reply ~= SMFIR_CONTINUE and reply ~= SMFIR_ACCEPT then error("not accepted: " .. reply) end
  end
  if verdict == "edit" then
    if not mt.eom_check(conn, MT_RCPTDELETE, "<bob@example.net>") then error("recipient not removed") end
    if not mt.eom_check(conn, MT_HDRDELETE, "X-Postern-Token") then error("header not removed") end
    if not mt.eom_check(conn, MT_HDRADD, "X-Postern-Notice") then error("header not added") end
  end
  must(mt.abort(conn), "abort")
end
mt.disconnect(conn)
