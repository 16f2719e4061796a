-- Corners of the protocol, one a run: miltertest -D socket=... -D corner=NAME -s miltertest_corners.lua
-- The gate accepts everything.
local function must(result, step)
  if result ~= nil then error(corner .. ": " .. step .. " failed: " .. result) end
end

local function connect()
  local conn = mt.connect(socket, 40, 0.05)
  if conn == nil then error("cannot connect to " .. socket) end
  return conn
end

local function greet(conn)
  must(mt.conninfo(conn, "client.corp.example", "192.0.2.7"), "connect")
  must(mt.helo(conn, "client.corp.example"), "helo")
end

local function content(conn)
  must(mt.header(conn, "Subject", "hello"), "header")
  if not mt.test_option(conn, SMFIP_NOEOH) then must(mt.eoh(conn), "eoh") end
  must(mt.bodystring(conn, "Hello.\r\n"), "body")
end

local function accepted(conn)
  must(mt.eom(conn), "eom")
  local reply = mt.getreply(conn)
  if reply ~= SMFIR_CONTINUE and reply ~= SMFIR_ACCEPT then error(corner .. ": not accepted: " .. reply) end
end

local function whole(conn, sender)
  must(mt.mailfrom(conn, sender or "<alice@corp.example>"), "mail")
  must(mt.rcptto(conn, "<bob@example.net>"), "rcpt")
  content(conn)
  accepted(conn)
end

local corners = {}

function corners.version_2()
  local conn = connect()
  must(mt.negotiate(conn, 2, 0x3F, 0x7F), "negotiate")
  greet(conn)
  whole(conn)
  mt.disconnect(conn)
end

function corners.version_4()
  local conn = connect()
  must(mt.negotiate(conn, 4, 0x3F, 0x3FF), "negotiate")
  greet(conn)
  must(mt.mailfrom(conn, "<alice@corp.example>"), "mail")
  must(mt.rcptto(conn, "<bob@example.net>"), "rcpt")
  if not mt.test_option(conn, SMFIP_NODATA) then must(mt.data(conn), "data") end
  content(conn)
  accepted(conn)
  mt.disconnect(conn)
end

function corners.null_sender()
  local conn = connect()
  greet(conn)
  whole(conn, "<>")
  mt.disconnect(conn)
end

function corners.no_header_no_body()
  local conn = connect()
  greet(conn)
  must(mt.mailfrom(conn, "<alice@corp.example>"), "mail")
  must(mt.rcptto(conn, "<bob@example.net>"), "rcpt")
  accepted(conn)
  mt.disconnect(conn)
end

function corners.abort_anywhere()
  local conn = connect()
  greet(conn)
  must(mt.abort(conn), "abort before MAIL")
  must(mt.mailfrom(conn, "<old@corp.example>"), "mail")
  must(mt.abort(conn), "abort after MAIL")
  must(mt.mailfrom(conn, "<old@corp.example>"), "mail")
  must(mt.rcptto(conn, "<old@example.net>"), "rcpt")
  content(conn)
  must(mt.abort(conn), "abort in the body")
  whole(conn)
  must(mt.abort(conn), "abort after the answer")
  whole(conn)
  mt.disconnect(conn)
end

function corners.unknown_command()
  local conn = connect()
  greet(conn)
  if not mt.test_option(conn, SMFIP_NOUNKNOWN) then must(mt.unknown(conn, "XYZZY"), "unknown") end
  whole(conn)
  mt.disconnect(conn)
end

function corners.two_connections()
  local one, two = connect(), connect()
  greet(one)
  greet(two)
  must(mt.mailfrom(one, "<alice@corp.example>"), "mail")
  whole(two)
  must(mt.rcptto(one, "<bob@example.net>"), "rcpt")
  content(one)
  mt.disconnect(two)
  accepted(one)
  mt.disconnect(one)
end

function corners.vanishing()
  local conn = connect()
  greet(conn)
  must(mt.mailfrom(conn, "<alice@corp.example>"), "mail")
  mt.disconnect(conn, false)
  conn = connect()
  greet(conn)
  whole(conn)
  mt.disconnect(conn)
end

local play = corners[corner]
if play == nil then error("no such corner: " .. tostring(corner)) end
play()
