#include "pipeline/people.h"

#include "pipeline/sender_form.h"
#include "tests/milter/temporary_directory.h"

namespace postern::pipeline {
namespace {

Address address(const char* text) {
  return parse_address(text).value();
}

class PeopleTest : public ::testing::Test {
 protected:
  std::string file(const std::string& name, const std::string& text) {
    const std::string path = dir_.path(name);
    std::ofstream(path) << text;
    return path;
  }
  std::string refusal(const PeopleFiles& files) {
    const auto people = People::load(files);
    return people ? "" : people.error().message;
  }
  ::postern::testing::TemporaryDirectory dir_;
};

TEST_F(PeopleTest, ALoginIsMappedOrGetsTheDomain) {
  PeopleFiles files;
  files.login_domain = "corp.example";
  files.login_map = file("logins",
                         "# who is who\n"
                         "u1234\tanna.adler@corp.example a.adler@corp.example,\n"
                         "\tanna@corp.example\n"
                         "\n"
                         "CORP\\ben  ben@corp.example\n"
                         "@ad.corp.example @corp.example\n");
  const auto people = People::load(files);
  ASSERT_TRUE(people) << people.error().message;
  struct Case {
    const char* login;
    const char* want;  // "": nobody
  };
  for (const Case& c : {Case{"u1234", "anna.adler@corp.example"}, Case{"U1234", "anna.adler@corp.example"},
                        Case{"corp\\BEN", "ben@corp.example"}, Case{"CORP\\carl", ""},
                        Case{"dora", "dora@corp.example"}, Case{"dora@HR.corp.example", "dora@hr.corp.example"},
                        Case{"dora@ad.corp.example", "dora@corp.example"}, Case{"", ""}, Case{"@ad.corp.example", ""},
                        Case{"two words", ""}, Case{"<>", ""}, Case{"a@b@ad.corp.example", "a@b@corp.example"}}) {
    const auto person = (*people)->person_of(c.login);
    EXPECT_EQ(person ? person->to_string() : "", c.want) << c.login;
  }
}

TEST_F(PeopleTest, WithoutFilesOnesOwnMailboxIsAllOneMayActAs) {
  const People people;
  EXPECT_TRUE(people.may_act(address("anna@corp.example"), address("Anna+news@corp.example")));
  EXPECT_FALSE(people.may_act(address("anna@corp.example"), address("ben@corp.example")));
  EXPECT_FALSE(people.may_act(address("anna@corp.example"), address("anna@other.example")));
  EXPECT_EQ(people.owners_of(address("erp@corp.example")), nullptr);
}

TEST_F(PeopleTest, RightsAreGivenToLoginsForAMailboxOrADomain) {
  PeopleFiles files;
  files.login_domain = "corp.example";
  files.login_map = file("logins", "u1234 anna@corp.example a.adler@corp.example\n");
  files.sender_logins = file("senders",
                             "payments@corp.example u1234, ben\n"
                             "@brand.example carl@corp.example\n");
  const auto people = People::load(files);
  ASSERT_TRUE(people) << people.error().message;
  struct Case {
    const char* person;
    const char* mailbox;
    bool want;
  };
  for (const Case& c :
       {Case{"anna@corp.example", "payments@corp.example", true},
        Case{"ANNA@corp.example", "Payments+2@corp.example", true},
        Case{"anna@corp.example", "a.adler@corp.example", true},
        Case{"ben@corp.example", "payments@corp.example", true},
        Case{"ben@corp.example", "a.adler@corp.example", false},
        Case{"carl@corp.example", "payments@corp.example", false},
        Case{"carl@corp.example", "news@brand.example", true}, Case{"anna@corp.example", "news@brand.example", false},
        Case{"carl@corp.example", "news@sub.brand.example", false}}) {
    EXPECT_EQ((*people)->may_act(address(c.person), address(c.mailbox)), c.want) << c.person << " as " << c.mailbox;
  }
}

TEST_F(PeopleTest, OwnersAnswerForSystems) {
  PeopleFiles files;
  files.system_owners = file("owners", "erp@corp.example it@corp.example ops@corp.example\n");
  const auto people = People::load(files);
  ASSERT_TRUE(people) << people.error().message;
  ASSERT_NE((*people)->owners_of(address("ERP@corp.example")), nullptr);
  EXPECT_EQ((*people)->owners_of(address("erp@corp.example"))->size(), 2U);
  EXPECT_EQ((*people)->owners_of(address("anna@corp.example")), nullptr);
}

TEST_F(PeopleTest, AFileThatCannotBeReadIsRefusedWithItsLine) {
  struct Case {
    const char* name;
    std::string PeopleFiles::*which;
    const char* text;
    const char* says;
  };
  const Case cases[] = {
      {"no value", &PeopleFiles::login_map, "\nanna\n", ":2: 'anna' has no value"},
      {"no address", &PeopleFiles::login_map, "anna anna\n", ":1: 'anna' is not an address"},
      {"twice", &PeopleFiles::login_map, "anna a@x.example\nANNA b@x.example\n", ":2: 'ANNA' stands here a second"},
      {"realm", &PeopleFiles::login_map, "@a.example b.example\n", ":1: a realm needs one domain"},
      {"realm twice", &PeopleFiles::login_map, "@a.example @b.example\n@A.example @c.example\n", ":2: '@A.example'"},
      {"first line goes on", &PeopleFiles::login_map, "  anna a@x.example\n", ":1: goes on"},
      {"unknown login", &PeopleFiles::sender_logins, "a@x.example CORP\\anna\n", "name it in gate.login_map"},
      {"no mailbox", &PeopleFiles::sender_logins, "payments anna@x.example\n", "neither an address nor @domain"},
      {"system", &PeopleFiles::system_owners, "erp it@x.example\n", ":1: 'erp' is not an address"},
      {"owner", &PeopleFiles::system_owners, "erp@x.example it\n", ":1: 'it' is not an address"},
  };
  for (const Case& c : cases) {
    PeopleFiles files;
    files.*c.which = file("people", c.text);
    EXPECT_THAT(refusal(files), ::testing::HasSubstr(c.says)) << c.name;
  }
  PeopleFiles missing;
  missing.login_map = dir_.path("none");
  EXPECT_THAT(refusal(missing), ::testing::HasSubstr("gate.login_map"));
  PeopleFiles binary;
  binary.login_map = file("binary", std::string("a\0b c@x.example\n", 16));
  EXPECT_THAT(refusal(binary), ::testing::HasSubstr("not a text file"));
}

TEST(SenderFormTest, ReadsWhatMailSystemsWriteIntoSenders) {
  struct Case {
    const char* sender;
    const char* mailbox;
    bool rewritten;
  };
  const Case cases[] = {
      {"<>", "", false},
      {"<anna@corp.example>", "anna@corp.example", false},
      {"<anna+news@corp.example>", "anna+news@corp.example", false},
      {"<prvs=1234abcdef=anna@corp.example>", "anna@corp.example", false},
      {"<PRVS=1234abcdef=anna@corp.example>", "anna@corp.example", false},
      {"<prvs=anna@corp.example>", "prvs=anna@corp.example", false},
      {"<btv1==0123==anna@corp.example>", "anna@corp.example", false},
      {"<list-bounces+bob=out.example@corp.example>", "list-bounces@corp.example", false},
      {"<list-return-17-bob=out.example@corp.example>", "list@corp.example", false},
      {"<SRS0=Ab12=XY=out.example=bob@corp.example>", "", true},
      {"<srs0+Ab12=XY=out.example=bob@corp.example>", "", true},
      {"<SRS1=Cd34=relay.example==Ab12=XY=out.example=bob@corp.example>", "", true},
      {"<srs0user@corp.example>", "srs0user@corp.example", false},
      {"<srs0-team@corp.example>", "srs0-team@corp.example", false},
  };
  for (const Case& c : cases) {
    const SenderForm form = read_sender(address(c.sender));
    EXPECT_EQ(form.mailbox.to_string(), c.mailbox) << c.sender;
    EXPECT_EQ(form.rewritten, c.rewritten) << c.sender;
  }
}

TEST(SenderFormTest, KnowsLocalPartsThatNoPersonHas) {
  for (const char* robot :
       {"MAILER-DAEMON@x.example", "owner-list@x.example", "list-request@x.example", "list-bounces@x.example",
        "list-bounces+1@x.example", "bounce+17@x.example", "list-owner@x.example"}) {
    EXPECT_TRUE(is_robot(address(robot))) << robot;
  }
  for (const char* person : {"anna@x.example", "bouncer@x.example", "owner@x.example", "request@x.example"}) {
    EXPECT_FALSE(is_robot(address(person))) << person;
  }
}

}  // namespace
}  // namespace postern::pipeline
